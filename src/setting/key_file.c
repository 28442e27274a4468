/* SPDX-License-Identifier: ISC */
/*
 * A private key must not come near to who reads what strangers write, and must
 * not be parsed by who has root's rights. So each file has a process of its
 * own, for some milliseconds: it holds that file and one end of a pipe, can
 * open nothing and reach nobody, and what it can say is as large as a public
 * key. Neither side of files.h ever holds a byte of the file.
 */
#include "setting/key_file.h"

#include "base/fd.h"
#include "base/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	SEED = 32,
	WAIT_MS = 5000, /* of one file; it takes a thousandth of that */
};

/* A key with a passphrase is not ours to open. */
static int
no_passphrase(char *buf, int size, int writing, void *arg)
{
	(void)buf, (void)size, (void)writing;
	*(bool *)arg = true;
	return -1;
}

static EVP_PKEY *
read_pem(struct str bytes, bool *ret_locked)
{
	BIO *bio = BIO_new_mem_buf(bytes.p, (int)bytes.n);
	EVP_PKEY *key = bio == NULL ? NULL
				    : PEM_read_bio_PrivateKey(
					  bio, NULL, no_passphrase, ret_locked);

	BIO_free(bio);
	return key;
}

/* DER, a seed, or a seed and its public key behind it. */
static EVP_PKEY *
read_binary(const unsigned char *bytes, size_t n)
{
	const unsigned char *p = bytes;

	if (n == SEED || n == 2 * SEED)
		return EVP_PKEY_new_raw_private_key(
		    EVP_PKEY_ED25519, NULL, bytes, SEED);
	return d2i_AutoPrivateKey(NULL, &p, (long)n);
}

/* Lines of base64 without a head. */
static EVP_PKEY *
read_base64(struct str text)
{
	unsigned char *bytes = OPENSSL_malloc(text.n + 3);
	EVP_ENCODE_CTX *decoder = EVP_ENCODE_CTX_new();
	EVP_PKEY *key = NULL;
	int n = 0, last = 0;

	if (bytes != NULL && decoder != NULL) {
		EVP_DecodeInit(decoder);
		if (EVP_DecodeUpdate(decoder, bytes, &n,
			(const unsigned char *)text.p, (int)text.n) >= 0 &&
		    EVP_DecodeFinal(decoder, bytes + n, &last) == 1)
			key = read_binary(bytes, (size_t)(n + last));
	}
	EVP_ENCODE_CTX_free(decoder);
	OPENSSL_clear_free(bytes, text.n + 3);
	return key;
}

static bool
take_public(EVP_PKEY *key, struct key_file *out)
{
	unsigned char *p = out->public;
	size_t n = sizeof(out->public);
	int length;

	switch (EVP_PKEY_base_id(key)) {
	case EVP_PKEY_RSA:
		length = i2d_PublicKey(key, NULL);
		if (length <= 0 || length > KEY_FILE_PUBLIC)
			return false;
		out->type = KEY_FILE_RSA;
		out->n = (uint32_t)i2d_PublicKey(key, &p);
		break;
	case EVP_PKEY_ED25519:
		if (EVP_PKEY_get_raw_public_key(key, out->public, &n) != 1)
			return false;
		out->type = KEY_FILE_ED25519;
		out->n = (uint32_t)n;
		break;
	default:
		return false;
	}
	out->bits = (uint32_t)EVP_PKEY_bits(key);
	return true;
}

void
key_file_derive(struct str bytes, struct key_file *ret_key)
{
	struct key_file *out = ret_key;
	bool locked = false;
	EVP_PKEY *key;

	*out = (struct key_file){.state = KEY_FILE_NO_KEY, .mode = out->mode};
	if (bytes.n == 0 || bytes.n > KEY_FILE_BYTES)
		return;
	key = read_pem(bytes, &locked);
	if (key == NULL && !locked)
		key = read_binary((const unsigned char *)bytes.p, bytes.n);
	if (key == NULL && !locked)
		key = read_base64(str_trim(bytes));
	if (key != NULL && take_public(key, out))
		out->state = KEY_FILE_READ;
	else if (locked)
		out->state = KEY_FILE_LOCKED;
	EVP_PKEY_free(key);
}

bool
key_file_is_sound(const struct key_file *key)
{
	if (key->state >= KEY_FILE_STATES || key->type >= KEY_FILE_TYPES ||
	    key->n > KEY_FILE_PUBLIC)
		return false;
	return key->state != KEY_FILE_READ || key->type == KEY_FILE_RSA ||
	       key->n == SEED;
}

/* In the process of its own; does not return. */
static _Noreturn void
derive(int file, int out)
{
	static char bytes[KEY_FILE_BYTES + 1];
	struct key_file key = {0};
	struct sandbox sandbox;
	size_t n = 0;
	ssize_t got;

	/* What the parent holds is none of its business. */
	fds_keep((const int[]){file, out}, 2);
	/* Not into the swap space; where that is not allowed it lives for
	 * milliseconds all the same. */
	(void)mlock(bytes, sizeof(bytes));
	(void)OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
	sandbox_enter(&sandbox);
	/* As root it is not looked at. */
	if (!sandbox.dropped_uid)
		_exit(1);
	while (n < sizeof(bytes) &&
	       ((got = read(file, bytes + n, sizeof(bytes) - n)) > 0 ||
		   (got < 0 && errno == EINTR)))
		n += got > 0 ? (size_t)got : 0;
	key_file_derive((struct str){bytes, n}, &key);
	OPENSSL_cleanse(bytes, sizeof(bytes));
	while ((got = write(out, &key, sizeof(key))) < 0 && errno == EINTR)
		;
	_exit(got == (ssize_t)sizeof(key) ? 0 : 1);
}

/* False: it said nothing, or nothing that makes sense. */
static bool
receive(int in, struct key_file *ret_key)
{
	struct pollfd waiting = {.fd = in, .events = POLLIN};
	struct key_file key;
	int ready;

	do
		ready = poll(&waiting, 1, WAIT_MS);
	while (ready < 0 && errno == EINTR);
	/* Smaller than PIPE_BUF: it comes in one piece. */
	if (ready <= 0 || read(in, &key, sizeof(key)) != (ssize_t)sizeof(key) ||
	    !key_file_is_sound(&key))
		return false;
	*ret_key = key;
	return true;
}

static int
ask_process(int file, struct key_file *ret_key)
{
	CLEANUP(fd_close) int in = -1;
	int ends[2], status;
	pid_t child;
	bool good;

	if (pipe2(ends, O_CLOEXEC) != 0)
		return errno;
	in = ends[0];
	child = fork();
	if (child < 0) {
		int error = errno;

		close(ends[1]);
		return error;
	}
	if (child == 0)
		derive(file, ends[1]);
	close(ends[1]);
	good = receive(in, ret_key);
	if (!good)
		(void)kill(child, SIGKILL);
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	if (!good)
		*ret_key = (struct key_file){.state = KEY_FILE_LOST};
	return 0;
}

int
key_file_read(
    const struct place *place, struct str path, struct key_file *ret_key)
{
	CLEANUP(fd_close) int fd = place_file(place, path, O_RDONLY);
	struct key_file key = {0};
	struct stat st;
	int error;

	if (fd < 0 || fstat(fd, &st) != 0)
		return errno;
	if (!S_ISREG(st.st_mode))
		return EISDIR;
	error = ask_process(fd, &key);
	if (error != 0)
		return error;
	key.mode = st.st_mode;
	*ret_key = key;
	return 0;
}
