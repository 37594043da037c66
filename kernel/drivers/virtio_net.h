/* The virtio network device (virtio 1.1, 5.1). */
#ifndef DRIVERS_VIRTIO_NET_H
#define DRIVERS_VIRTIO_NET_H

struct pci_device;

/* For pci.c's table: 0 or -errno. The device is registered as ethN, and up. */
int virtio_net_probe(struct pci_device *pci);

#endif
