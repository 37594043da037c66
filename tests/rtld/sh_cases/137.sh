alias echo='echo pre'
echo post
