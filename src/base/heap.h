/* SPDX-License-Identifier: ISC */
/*
 * The heap in huge pages. The first touch of each page is a fault, which costs
 * as much as reading a hundred lines, and on virtual machines several times
 * that; with 2 MiB pages there are 512 times fewer.
 */
#ifndef BASE_HEAP_H
#define BASE_HEAP_H

/* From now on: let malloc grow its heap in large steps, in one piece. */
void heap_begin(void);
/* Ask for huge pages where the heap has grown since it was last asked; cheap
 * enough for each block that is read. Any thread may. */
void heap_tend(void);

#endif
