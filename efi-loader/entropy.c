/*
 * The entropy pool: everything unpredictable that the machine offers goes through one BLAKE2b state, and each consumer
 * gets a digest of that state and of its own purpose, so that one consumer's bytes tell nothing of another's.
 * Owns `pool`.
 */
#include "blake2b.h"
#include "bytes.h"
#include "loader.h"
#include "machine.h"

#define FIRMWARE_BYTES 64
#define CPU_WORDS      8
#define CPU_RETRIES    10
#define JITTER_SAMPLES 64
#define JITTER_PORT    0x61	/* system control port B: reading it takes a bus cycle and changes nothing */

static struct blake2b pool;

static void add_firmware_random(void)
{
	EFI_GUID guid = EFI_RNG_PROTOCOL_GUID;
	uint8_t bytes[FIRMWARE_BYTES];
	EFI_RNG_PROTOCOL *rng;

	if (EFI_ERROR(boot_services->LocateProtocol(&guid, NULL, (void **)&rng)))
		return;
	if (!EFI_ERROR(rng->GetRNG(rng, NULL, sizeof(bytes), bytes)))
		blake2b_add(&pool, bytes, sizeof(bytes));
}

static void add_cpu_random(bool (*instruction)(uint64_t *))
{
	for (int word = 0; word < CPU_WORDS; word++) {
		uint64_t value;

		for (int i = 0; i < CPU_RETRIES; i++)
			if (instruction(&value)) {
				blake2b_add(&pool, &value, sizeof(value));
				break;
			}
	}
}

static void add_jitter(void)
{
	for (int i = 0; i < JITTER_SAMPLES; i++) {
		uint64_t now = rdtsc();

		blake2b_add(&pool, &now, sizeof(now));
		inb(JITTER_PORT);
	}
}

static void add_clock(void)
{
	EFI_TIME time;
	UINT64 count;

	if (!EFI_ERROR(system_table->RuntimeServices->GetTime(&time, NULL)))
		blake2b_add(&pool, &time, sizeof(time));
	if (!EFI_ERROR(boot_services->GetNextMonotonicCount(&count)))
		blake2b_add(&pool, &count, sizeof(count));
}

void gather_entropy(void)
{
	blake2b_init(&pool);
	add_firmware_random();
	if (cpu_has_rdseed())
		add_cpu_random(rdseed);
	if (cpu_has_rdrand())
		add_cpu_random(rdrand);
	add_clock();
	add_jitter();
}

void entropy_extract(const char *purpose, void *output, size_t length)
{
	struct blake2b state = pool;
	uint8_t digest[BLAKE2B_DIGEST];

	blake2b_add(&state, purpose, strlen(purpose));
	blake2b_finish(&state, digest);
	memcpy(output, digest, length);
}
