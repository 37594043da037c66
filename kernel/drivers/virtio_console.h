/*
 * Named byte channels between the host and programs: each port of a virtio-serial device is /dev/virtio-ports/NAME.
 *
 *  - read: what the host sent; 0 when the host has hung up and everything was read; waits for a host that never came.
 *  - write: up to a page at once does not mix with other writes; waits for room, and for a host.
 *  - A port is opened by one at a time (EBUSY), as on Linux. poll says POLLHUP while the host has hung up.
 */
#ifndef DRIVERS_VIRTIO_CONSOLE_H
#define DRIVERS_VIRTIO_CONSOLE_H

struct pci_device;

int virtio_console_probe(struct pci_device *d);	/* on return every port that the host named is there */

#endif
