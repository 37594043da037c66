/* Checking and running classic packet filters: see bpf.h. No state. */
#include "net/bpf.h"

#include "arch/arch.h"
#include "lib/error.h"
#include "lib/string.h"
#include "mm/slab.h"
#include "mm/usercopy.h"

/* Classes, and within them sizes, modes, operations, sources. */
#define CLASS(code) ((code) & 7)
#define LD   0x00
#define LDX  0x01
#define ST   0x02
#define STX  0x03
#define ALU  0x04
#define JMP  0x05
#define RET  0x06
#define MISC 0x07
#define SIZE(code) ((code) & 0x18)
#define W 0x00
#define H 0x08
#define B 0x10
#define MODE(code) ((code) & 0xe0)
#define IMM 0x00
#define ABS 0x20
#define IND 0x40
#define MEM 0x60
#define LEN 0x80
#define MSH 0xa0
#define OPERATION(code) ((code) & 0xf0)
#define ADD 0x00
#define SUB 0x10
#define MUL 0x20
#define DIV 0x30
#define OR  0x40
#define AND 0x50
#define LSH 0x60
#define RSH 0x70
#define NEG 0x80
#define MOD 0x90
#define XOR 0xa0
#define JA   0x00
#define JEQ  0x10
#define JGT  0x20
#define JGE  0x30
#define JSET 0x40
#define X 0x08
#define A 0x10
#define TXA 0x80

#define MEMORY 16u
#define ANCILLARY   0xfffff000u		/* SKF_AD_OFF */
#define AD_END      0x40u
#define NETWORK_OFF 0xfff00000u		/* SKF_NET_OFF */
#define LINK_OFF    0xffe00000u		/* SKF_LL_OFF */

struct fprog {
	u16 count;
	u8 pad[6];
	uaddr code;
};
_Static_assert(sizeof(struct fprog) == 16, "struct sock_fprog");

static bool load_ok(u16 code, u32 k)
{
	u16 size = SIZE(code), mode = MODE(code);

	if (code & ~(7 | 0x18 | 0xe0) || size == 0x18)
		return false;
	if (CLASS(code) == LDX)
		return mode == MSH ? size == B : size == W && (mode == IMM || mode == LEN || (mode == MEM && k < MEMORY));
	if (mode == ABS || mode == IND)
		return true;
	return size == W && (mode == IMM || mode == LEN || (mode == MEM && k < MEMORY));
}

static bool alu_ok(u16 code, u32 k)
{
	u16 operation = OPERATION(code);

	if (code & ~0xffu || operation > XOR || (operation == NEG && code & X))
		return false;
	if (code & X)
		return true;
	return !((operation == DIV || operation == MOD) && k == 0) && !((operation == LSH || operation == RSH) && k >= 32);
}

static bool instruction_ok(const struct bpf_instruction *i, u32 left)
{
	u16 code = i->code;

	switch (CLASS(code)) {
	case LD:
	case LDX:
		return load_ok(code, i->k);
	case ST:
	case STX:
		return code == CLASS(code) && i->k < MEMORY;
	case ALU:
		return alu_ok(code, i->k);
	case JMP:
		if (code == (JMP | JA))
			return i->k < left;
		return !(code & ~0xffu) && OPERATION(code) >= JEQ && OPERATION(code) <= JSET && i->jump_true < left && i->jump_false < left;
	case RET:
		return code == RET || code == (RET | A);
	default:
		return code == MISC || code == (MISC | TXA);
	}
}

static bool program_ok(const struct bpf_program *b)
{
	for (u32 n = 0; n < b->count; n++)
		if (!instruction_ok(&b->code[n], b->count - n - 1))
			return false;
	return CLASS(b->code[b->count - 1].code) == RET;
}

struct bpf_program *bpf_create(const void *value, u32 size)
{
	struct bpf_program *b;
	struct fprog f;
	int error = 0;

	if (size != sizeof(f))
		return ERR_PTR(-EINVAL);
	memcpy(&f, value, sizeof(f));
	if (f.count == 0 || f.count > BPF_INSTRUCTIONS_MAX)
		return ERR_PTR(-EINVAL);
	b = kmalloc(sizeof(*b) + f.count * sizeof(b->code[0]));
	if (!b)
		return ERR_PTR(-ENOMEM);
	b->count = f.count;
	if (copy_from_user(b->code, f.code, f.count * sizeof(b->code[0])))
		error = -EFAULT;
	else if (!program_ok(b))
		error = -EINVAL;
	if (error) {
		kfree(b);
		return ERR_PTR(error);
	}
	return b;
}

static void free_program(struct rcu_head *h) { kfree(container_of(h, struct bpf_program, rcu)); }

void bpf_free(struct bpf_program *b)
{
	if (b)
		rcu_call(&b->rcu, free_program);
}

/* SKF_AD_…: what is known beside the bytes; false: nothing here. */
static bool load_ancillary(const struct bpf_context *c, u32 what, u32 *value)
{
	switch (what) {
	case 0:
		*value = c->protocol;
		return true;
	case 4:
		*value = c->type;
		return true;
	case 8:
		*value = c->index;
		return true;
	case 28:
		*value = c->hardware;
		return true;
	case 36:
		*value = arch_cpu_id();
		return true;
	case 44:		/* a tag stays in the frame: none was taken out */
	case 48:
		*value = 0;
		return true;
	default:
		return false;
	}
}

/* Bytes of the packet as a number; false: it ends before. */
static bool load(const struct bpf_context *c, u32 at, unsigned size, u32 *value)
{
	u8 bytes[4];

	if (at >= ANCILLARY && at < ANCILLARY + AD_END)
		return load_ancillary(c, at - ANCILLARY, value);
	if (at >= NETWORK_OFF)
		at = at - NETWORK_OFF + c->network;
	else if (at >= LINK_OFF)
		at -= LINK_OFF;
	if (at > c->packet->length || size > c->packet->length - at)
		return false;
	packet_copy_out(c->packet, at, bytes, size);
	*value = size == 4 ? load_be32(bytes) : size == 2 ? load_be16(bytes) : bytes[0];
	return true;
}

static bool compute(u16 operation, u32 operand, u32 *a)
{
	switch (operation) {
	case ADD:
		*a += operand;
		return true;
	case SUB:
		*a -= operand;
		return true;
	case MUL:
		*a *= operand;
		return true;
	case DIV:
	case MOD:
		if (operand == 0)
			return false;
		*a = operation == DIV ? *a / operand : *a % operand;
		return true;
	case OR:
		*a |= operand;
		return true;
	case AND:
		*a &= operand;
		return true;
	case LSH:
		*a <<= operand & 31;
		return true;
	case RSH:
		*a >>= operand & 31;
		return true;
	case NEG:
		*a = -*a;
		return true;
	default:
		*a ^= operand;
		return true;
	}
}

static bool compare(u16 operation, u32 a, u32 operand)
{
	switch (operation) {
	case JEQ:
		return a == operand;
	case JGT:
		return a > operand;
	case JGE:
		return a >= operand;
	default:
		return a & operand;
	}
}

/* A load into A or X: false ends the program, with nothing kept. */
static bool fetch(const struct bpf_context *c, const struct bpf_instruction *i, u32 x, const u32 memory[MEMORY], u32 *to)
{
	unsigned size = SIZE(i->code) == W ? 4 : SIZE(i->code) == H ? 2 : 1;

	switch (MODE(i->code)) {
	case IMM:
		*to = i->k;
		return true;
	case ABS:
		return load(c, i->k, size, to);
	case IND:
		return load(c, x + i->k, size, to);
	case MEM:
		*to = memory[i->k];
		return true;
	case LEN:
		*to = c->packet->length;
		return true;
	default:		/* MSH: the length of an IPv4 header */
		if (!load(c, i->k, 1, to))
			return false;
		*to = (*to & 15) * 4;
		return true;
	}
}

u32 bpf_run(const struct bpf_program *b, const struct bpf_context *c)
{
	u32 a = 0, x = 0, memory[MEMORY] = { 0 };

	for (const struct bpf_instruction *i = b->code;; i++) {
		u32 operand = i->code & X ? x : i->k;

		switch (CLASS(i->code)) {
		case LD:
			if (!fetch(c, i, x, memory, &a))
				return 0;
			break;
		case LDX:
			if (!fetch(c, i, x, memory, &x))
				return 0;
			break;
		case ST:
			memory[i->k] = a;
			break;
		case STX:
			memory[i->k] = x;
			break;
		case ALU:
			if (!compute(OPERATION(i->code), operand, &a))
				return 0;
			break;
		case JMP:
			if (OPERATION(i->code) == JA)
				i += i->k;
			else
				i += compare(OPERATION(i->code), a, operand) ? i->jump_true : i->jump_false;
			break;
		case RET:
			return i->code & A ? a : i->k;
		default:
			if (i->code & TXA)
				a = x;
			else
				x = a;
		}
	}
}
