true && echo a || echo b; false && echo a || echo b; ! false && echo c; true | false; echo $?; ! true | true; echo $?
