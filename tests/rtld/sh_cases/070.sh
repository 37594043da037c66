echo a\ b \"q\" \$x 'it'\''s'
