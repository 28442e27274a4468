/* SPDX-License-Identifier: ISC */
/* Keys as each signer's tool writes them; the public half that must come out
 * is what openssl(1) says, and nothing of the private one may. */
#include "setting/files.h"

#include "base/fd.h"

#include <errno.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "setting/put_test.h"

/* RFC 8410 10.3, and its public half as openssl(1) prints it. */
#define ED25519_PEM                                                            \
	"-----BEGIN PRIVATE KEY-----\n"                                        \
	"MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n"   \
	"-----END PRIVATE KEY-----\n"
#define ED25519_SEED "1O5y2/kTWErVttjx92n4rTr+fCjL8dT74Jeoj0R1WEI="
static const unsigned char ed25519_public[] = {0x19, 0xbf, 0x44, 0x09, 0x69,
    0x84, 0xcd, 0xfe, 0x85, 0x41, 0xba, 0xc1, 0x67, 0xdc, 0x3b, 0x96, 0xc8,
    0x50, 0x86, 0xaa, 0x30, 0xb6, 0xb6, 0xcb, 0x0c, 0x5c, 0x38, 0xad, 0x70,
    0x31, 0x66, 0xe1};

static struct str rsa_pem, rsa_pkcs1, rsa_der, rsa_locked, rsa_public;
static char folder[] = "/tmp/sereno-key.XXXXXX";

static struct str
kept(BIO *bio)
{
	char *bytes;
	long n = BIO_get_mem_data(bio, &bytes);
	char *copy = malloc((size_t)n);

	assert_non_null(copy);
	memcpy(copy, bytes, (size_t)n);
	BIO_free(bio);
	return (struct str){copy, (size_t)n};
}

static int
set_up(void **state)
{
	EVP_PKEY *key = EVP_RSA_gen(1024);
	BIO *pem = BIO_new(BIO_s_mem()), *old = BIO_new(BIO_s_mem());
	BIO *der = BIO_new(BIO_s_mem()), *locked = BIO_new(BIO_s_mem());
	unsigned char *public = NULL;
	char passphrase[] = "secret";
	int n;

	(void)state;
	assert_non_null(key);
	assert_int_equal(
	    PEM_write_bio_PrivateKey(pem, key, NULL, NULL, 0, NULL, NULL), 1);
	assert_int_equal(PEM_write_bio_PrivateKey_traditional(
			     old, key, NULL, NULL, 0, NULL, NULL),
	    1);
	assert_int_equal(i2d_PrivateKey_bio(der, key), 1);
	assert_int_equal(PEM_write_bio_PrivateKey(locked, key,
			     EVP_aes_128_cbc(), NULL, 0, NULL, passphrase),
	    1);
	n = i2d_PublicKey(key, &public);
	assert_true(n > 0);
	rsa_public = (struct str){(const char *)public, (size_t)n};
	rsa_pem = kept(pem);
	rsa_pkcs1 = kept(old);
	rsa_der = kept(der);
	rsa_locked = kept(locked);
	EVP_PKEY_free(key);
	assert_non_null(mkdtemp(folder));
	return 0;
}

static void
check(struct str bytes, enum key_file_state state, enum key_file_type type,
    struct str public)
{
	struct key_file key = {.mode = 0600};

	key_file_derive(bytes, &key);
	assert_int_equal(key.state, state);
	assert_int_equal(key.mode, 0600);
	assert_true(key_file_is_sound(&key));
	assert_int_equal(key.n, public.n);
	assert_memory_equal(key.public, public.p, public.n);
	if (public.n > 0)
		assert_int_equal(key.type, type);
}

static void
test_forms(void **state)
{
	const struct str none = {"", 0};
	const struct str ed = {(const char *)ed25519_public, 32};

	(void)state;
	check(rsa_pem, KEY_FILE_READ, KEY_FILE_RSA, rsa_public);
	check(rsa_pkcs1, KEY_FILE_READ, KEY_FILE_RSA, rsa_public);
	check(rsa_der, KEY_FILE_READ, KEY_FILE_RSA, rsa_public);
	check(S(ED25519_PEM), KEY_FILE_READ, KEY_FILE_ED25519, ed);
	check(S(ED25519_SEED "\n"), KEY_FILE_READ, KEY_FILE_ED25519, ed);
	check(rsa_locked, KEY_FILE_LOCKED, KEY_FILE_RSA, none);
	check(none, KEY_FILE_NO_KEY, KEY_FILE_RSA, none);
	check(S("mail._domainkey IN TXT ( \"v=DKIM1; p=x\" )"), KEY_FILE_NO_KEY,
	    KEY_FILE_RSA, none);
	check(str_head(rsa_pem, rsa_pem.n / 2), KEY_FILE_NO_KEY, KEY_FILE_RSA,
	    none);
}

static void
put(const char *name, struct str text, mode_t mode)
{
	put_in(folder, name, text, mode);
}

static void
take_away(const char *name)
{
	char path[256];

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	(void)remove(path);
}

/* Through both processes: the file is refused as a text, and given as a key
 * of which nothing private is left. */
static void
test_only_the_public_half_arrives(void **state)
{
	struct arena a = {0};
	int ends[2], status, descriptors;
	struct key_file key;
	struct files f;
	struct str text;
	pid_t server;

	(void)state;
	put("mail.private", rsa_pem, 0600);
	put("open.private", S(ED25519_PEM), 0644);
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), 0);
	server = fork();
	assert_true(server >= 0);
	if (server == 0) {
		struct place place;
		struct err err;

		close(ends[0]);
		if (!place_open(&place, str_z(folder), &err))
			_exit(2);
		descriptors = dup(0);
		close(descriptors);
		while (files_serve(ends[1], &place))
			;
		/* None is left open, no process is left behind. */
		_exit(dup(0) == descriptors && waitpid(-1, NULL, 0) < 0 &&
			      errno == ECHILD
			  ? 0
			  : 3);
	}
	close(ends[1]);
	files_init_socket(&f, &a, ends[0]);
	assert_false(files_try(&f, FILE_TEXT, S("/mail.private"), &text));
	assert_int_equal(files_key(&f, S("/mail.private"), &key), 0);
	assert_int_equal(key.state, KEY_FILE_READ);
	assert_int_equal(key.bits, 1024);
	assert_int_equal(key.mode & 07777, 0600);
	assert_true(
	    str_eq((struct str){(const char *)key.public, key.n}, rsa_public));
	for (size_t i = key.n; i < sizeof(key.public); i++)
		assert_int_equal(key.public[i], 0);
	assert_int_equal(files_key(&f, S("/open.private"), &key), 0);
	assert_int_equal(key.type, KEY_FILE_ED25519);
	assert_int_equal(key.mode & 07777, 0644);
	assert_int_equal(files_key(&f, S("/none"), &key), ENOENT);
	assert_int_equal(files_key(&f, S("/"), &key), EISDIR);
	assert_int_equal(f.gaps_n, 0);
	files_done(&f);
	assert_int_equal(waitpid(server, &status, 0), server);
	assert_int_equal(status, 0);
	take_away("mail.private");
	take_away("open.private");
	take_away("");
	arena_done(&a);
}

static void
test_unsound_is_refused(void **state)
{
	struct key_file key = {
	    .state = KEY_FILE_READ, .type = KEY_FILE_ED25519, .n = 32};

	(void)state;
	assert_true(key_file_is_sound(&key));
	key.n = 31;
	assert_false(key_file_is_sound(&key));
	key.n = KEY_FILE_PUBLIC + 1;
	assert_false(key_file_is_sound(&key));
	key = (struct key_file){.state = KEY_FILE_STATES};
	assert_false(key_file_is_sound(&key));
	key = (struct key_file){.type = KEY_FILE_TYPES};
	assert_false(key_file_is_sound(&key));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_forms),
	    cmocka_unit_test(test_only_the_public_half_arrives),
	    cmocka_unit_test(test_unsound_is_refused),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
