/* What tour.c and its plug-in share: a table of words. */
#ifndef TOUR_H
#define TOUR_H

struct word {
	char text[64];
	int count;
};

struct table {
	int used;
	struct word words[100];
};

#endif
