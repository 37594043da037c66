/* The host's entropy device: 64 bytes from it go into the random pool at boot. */
#ifndef DRIVERS_VIRTIO_RNG_H
#define DRIVERS_VIRTIO_RNG_H

struct pci_device;

int virtio_rng_probe(struct pci_device *d);

#endif
