echo one > /tmp/ap.$$; echo two >> /tmp/ap.$$; cat < /tmp/ap.$$; while read l; do echo "-$l"; done < /tmp/ap.$$; rm /tmp/ap.$$
