/* Sizes for people: 1.5K, 23M. */
#ifndef SIZE_H
#define SIZE_H

#include <stdio.h>

/* Writes the size (bytes) with at most two digits of precision, rounded up, and returns the text. */
static inline const char *human_size(unsigned long bytes, char text[16])
{
	static const char letters[] = "BKMGTPE";
	unsigned long unit = 1;
	int letter = 0;

	while (bytes / unit >= 1024 && letter < 6) {
		unit *= 1024;
		letter++;
	}
	if (!letter)
		snprintf(text, 16, "%lu", bytes);
	else if ((bytes * 10 + unit - 1) / unit < 100)
		snprintf(text, 16, "%lu.%lu%c", (bytes * 10 + unit - 1) / unit / 10, (bytes * 10 + unit - 1) / unit % 10, letters[letter]);
	else
		snprintf(text, 16, "%lu%c", (bytes + unit - 1) / unit, letters[letter]);
	return text;
}

#endif
