readonly R=1; echo $R
