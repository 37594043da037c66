/*
 * The loader's voice: lines on the firmware's console and on the first serial port, and the end of a boot that cannot
 * go on. Owns the serial port 0x3f8 until the kernel takes it. The firmware's console is slow, so a boot that
 * succeeds prints next to nothing.
 */
#include <stdarg.h>

#include "loader.h"
#include "machine.h"

#define SERIAL_PORT       0x3f8
#define SERIAL_DATA       (SERIAL_PORT + 0)	/* divisor, low byte, while DLAB is set */
#define SERIAL_INTERRUPTS (SERIAL_PORT + 1)	/* divisor, high byte, while DLAB is set */
#define SERIAL_LINE       (SERIAL_PORT + 3)
#define SERIAL_STATUS     (SERIAL_PORT + 5)
#define LINE_8N1          0x03
#define LINE_DLAB         0x80
#define STATUS_EMPTY      0x20
#define DIVISOR_115200    1
#define SERIAL_PATIENCE   100000		/* reads of the status register before a byte is given up */

#define DEBUG_EXIT_PORT   0xf4			/* QEMU's isa-debug-exit: the machine ends with status 2 * value + 1 */
#define DEBUG_EXIT_VALUE  0x31			/* 99: the loader could not start the kernel */

#define LINE_SIZE         512			/* longer lines are cut */
#define FAIL_WAIT         (10 * 10000000ull)	/* 10 s in units of 100 ns */

static EFI_HANDLE image_handle;
static bool firmware_console;

struct line {
	char text[LINE_SIZE];
	size_t length;
};

static void put_char(struct line *line, char c)
{
	if (line->length < LINE_SIZE - 1)
		line->text[line->length++] = c;
}

static void put_string(struct line *line, const char *string)
{
	while (*string)
		put_char(line, *string++);
}

static void put_number(struct line *line, uint64_t number)
{
	char digits[20];
	int count = 0;

	do
		digits[count++] = (char)('0' + number % 10);
	while (number /= 10);
	while (count)
		put_char(line, digits[--count]);
}

static void format_line(struct line *line, const char *format, va_list arguments)
{
	put_string(line, "loader: ");
	for (; *format; format++) {
		if (*format != '%') {
			put_char(line, *format);
		} else if (format[1] == 's') {
			put_string(line, va_arg(arguments, const char *));
			format += 1;
		} else if (format[1] == 'u') {
			put_number(line, va_arg(arguments, unsigned int));
			format += 1;
		} else {			/* %llu */
			put_number(line, va_arg(arguments, uint64_t));
			format += 3;
		}
	}
	line->text[line->length] = '\0';
}

static void serial_byte(char c)
{
	for (int i = 0; i < SERIAL_PATIENCE && !(inb(SERIAL_STATUS) & STATUS_EMPTY); i++)
		;
	outb(SERIAL_DATA, (uint8_t)c);
}

/* The FIFO's control register is left alone: resetting it would drop what the firmware is still sending. */
static void serial_setup(void)
{
	outb(SERIAL_INTERRUPTS, 0);
	outb(SERIAL_LINE, LINE_DLAB | LINE_8N1);
	outb(SERIAL_DATA, DIVISOR_115200);
	outb(SERIAL_INTERRUPTS, 0);
	outb(SERIAL_LINE, LINE_8N1);
}

static void write_line(const struct line *line)
{
	static CHAR16 wide[LINE_SIZE + 2];

	for (size_t i = 0; i < line->length; i++) {
		serial_byte(line->text[i]);
		wide[i] = (CHAR16)line->text[i];
	}
	serial_byte('\r');
	serial_byte('\n');

	wide[line->length] = '\r';
	wide[line->length + 1] = '\n';
	wide[line->length + 2] = 0;
	if (firmware_console)
		system_table->ConOut->OutputString(system_table->ConOut, wide);
}

void print_line(const char *format, ...)
{
	struct line line = { .length = 0 };
	va_list arguments;

	va_start(arguments, format);
	format_line(&line, format, arguments);
	va_end(arguments);
	write_line(&line);
}

void console_attach(EFI_HANDLE image)
{
	image_handle = image;
	firmware_console = system_table->ConOut != NULL;
	serial_setup();
}

void console_detach(void)
{
	firmware_console = false;
}

/* Give a reader the time to read before the firmware clears the screen. */
static void wait_for_reader(void)
{
	EFI_EVENT events[2];
	UINTN count = 1, which;

	if (EFI_ERROR(boot_services->CreateEvent(EVT_TIMER, 0, NULL, NULL, &events[0])))
		return;
	boot_services->SetTimer(events[0], TimerRelative, FAIL_WAIT);
	if (system_table->ConIn)
		events[count++] = system_table->ConIn->WaitForKey;
	boot_services->WaitForEvent(count, events, &which);
}

_Noreturn void fail(const char *format, ...)
{
	struct line line = { .length = 0 };
	va_list arguments;

	va_start(arguments, format);
	format_line(&line, format, arguments);
	va_end(arguments);
	write_line(&line);

	outl(DEBUG_EXIT_PORT, DEBUG_EXIT_VALUE);
	if (firmware_console) {
		print_line("press a key, or wait 10 seconds, to return to the firmware");
		wait_for_reader();
		boot_services->Exit(image_handle, EFI_LOAD_ERROR, 0, NULL);
	}
	for (;;)
		__asm__ volatile("cli; hlt");
}
