// SPDX-License-Identifier: GPL-2.0-only
/*
 * Messages that were changed on the way. The driver notices, and goes on:
 *
 * - one whose signature is wrong it logs and believes (smb2_check_receive(), smb2_readv_callback());
 * - one that it cannot decrypt it throws away, and as the connection lives on who waits for it waits for
 *   ever (smb3_receive_transform() fails, and cifs_demultiplex_thread() takes the next);
 * - one that comes in the clear, though the question was sealed, it takes for the answer;
 * - of one that answers nothing that was asked it does not know who waits for the answer.
 *
 * Here each of them ends the connection, as a server does that hangs up: who asked gets EAGAIN, or asks again on
 * the next connection. What is neither signed nor sealed is the driver's business. Version 1.0 can sign: verify1.c.
 */
#include <linux/list.h>
#include "cifsglob.h"
#include "cifs_debug.h"
#include "cifsproto.h"
#include "smb2proto.h"
#include "smb2pdu.h"
#include "smb.h"

int __real_smb2_check_receive(struct mid_q_entry *mid, struct TCP_Server_Info *server, bool log_error);
int __wrap_smb2_check_receive(struct mid_q_entry *mid, struct TCP_Server_Info *server, bool log_error);
int __real_smb2_verify_signature(struct smb_rqst *rqst, struct TCP_Server_Info *server);
int __wrap_smb2_verify_signature(struct smb_rqst *rqst, struct TCP_Server_Info *server);
int __real_cifs_readv_receive(struct TCP_Server_Info *server, struct mid_q_entry *mid);
int __wrap_cifs_readv_receive(struct TCP_Server_Info *server, struct mid_q_entry *mid);
bool __real_smb2_is_valid_oplock_break(char *buffer, struct TCP_Server_Info *server);
bool __wrap_smb2_is_valid_oplock_break(char *buffer, struct TCP_Server_Info *server);
int __real_cifs_send_recv(const unsigned int xid, struct cifs_ses *ses, struct TCP_Server_Info *server,
			  struct smb_rqst *rqst, int *resp_buf_type, const int flags, struct kvec *resp_iov);
int __wrap_cifs_send_recv(const unsigned int xid, struct cifs_ses *ses, struct TCP_Server_Info *server,
			  struct smb_rqst *rqst, int *resp_buf_type, const int flags, struct kvec *resp_iov);
int __real_compound_send_recv(const unsigned int xid, struct cifs_ses *ses, struct TCP_Server_Info *server,
			      const int flags, const int num_rqst, struct smb_rqst *rqst,
			      int *resp_buf_type, struct kvec *resp_iov);
int __wrap_compound_send_recv(const unsigned int xid, struct cifs_ses *ses, struct TCP_Server_Info *server,
			      const int flags, const int num_rqst, struct smb_rqst *rqst,
			      int *resp_buf_type, struct kvec *resp_iov);

static void hang_up(struct TCP_Server_Info *server, const char *why)
{
	cifs_server_dbg(VFS, "%s: was changed on the way, connecting again\n", why);
	smb_hang_up(server);
}

/* --- questions: which were sealed is for those to know who take the answers ------------------------------- */

/* On the stack of who asks. */
struct question {
	struct list_head list;
	struct task_struct *task;
	bool sealed;
	void *copy;
	struct smb_rqst rqst[MAX_COMPOUND];
};

static LIST_HEAD(questions);
static DEFINE_SPINLOCK(questions_lock);

/*
 * One that was made for a session that is no more (smb2_query_dir_first() asks ten times) would end the
 * next connection too.
 */
static bool is_late(struct cifs_ses *ses, struct TCP_Server_Info *server, struct smb_rqst *rqst, int flags)
{
	const struct smb2_hdr *hdr = rqst->rq_iov[0].iov_base;
	int op = flags & CIFS_OP_MASK;

	return server && ses && !is_smb1(server) && op != CIFS_NEG_OP && op != CIFS_SESS_OP &&
	       hdr->SessionId && le64_to_cpu(hdr->SessionId) != ses->Suid;
}

/* What to ask in place of @rqst; NULL and *@rc if nothing. */
static struct smb_rqst *ask(struct question *q, struct cifs_ses *ses, struct TCP_Server_Info *server,
			    struct smb_rqst *rqst, int n, int flags, int *rc)
{
	q->copy = NULL;
	*rc = -EAGAIN;
	if (is_late(ses, server, rqst, flags))
		return NULL;
	q->task = current;
	q->sealed = flags & CIFS_TRANSFORM_REQ;
	if (q->sealed) {
		*rc = -ENOMEM;
		q->copy = seal_copy(q->rqst, rqst, n);
		if (!q->copy)
			return NULL;
		rqst = q->rqst;
	}
	spin_lock(&questions_lock);
	list_add(&q->list, &questions);
	spin_unlock(&questions_lock);
	return rqst;
}

static void asked(struct question *q)
{
	spin_lock(&questions_lock);
	list_del(&q->list);
	spin_unlock(&questions_lock);
	kvfree(q->copy);
}

int __wrap_cifs_send_recv(const unsigned int xid, struct cifs_ses *ses, struct TCP_Server_Info *server,
			  struct smb_rqst *rqst, int *resp_buf_type, const int flags, struct kvec *resp_iov)
{
	struct question q;
	int rc;

	*resp_buf_type = CIFS_NO_BUFFER;
	memset(resp_iov, 0, sizeof(*resp_iov));
	rqst = ask(&q, ses, server, rqst, 1, flags, &rc);
	if (!rqst)
		return rc;
	rc = __real_cifs_send_recv(xid, ses, server, rqst, resp_buf_type, flags, resp_iov);
	asked(&q);
	return *resp_buf_type == CIFS_NO_BUFFER ? smb_unsent(server, rc) : rc;
}

int __wrap_compound_send_recv(const unsigned int xid, struct cifs_ses *ses, struct TCP_Server_Info *server,
			      const int flags, const int num_rqst, struct smb_rqst *rqst,
			      int *resp_buf_type, struct kvec *resp_iov)
{
	struct question q;
	int rc, i;

	for (i = 0; i < num_rqst; i++)
		resp_buf_type[i] = CIFS_NO_BUFFER;
	rqst = ask(&q, ses, server, rqst, num_rqst, flags, &rc);
	if (!rqst)
		return rc;
	rc = __real_compound_send_recv(xid, ses, server, flags, num_rqst, rqst, resp_buf_type, resp_iov);
	asked(&q);
	return resp_buf_type[0] == CIFS_NO_BUFFER ? smb_unsent(server, rc) : rc;
}

/* Those who do not wait for the answer are the writers of pages. */
static bool asked_sealed(struct mid_q_entry *mid)
{
	struct cifs_writedata *wdata = mid->callback_data;
	struct question *q;
	int sealed = -1;

	spin_lock(&questions_lock);
	list_for_each_entry(q, &questions, list) {
		if (q->task == current) {
			sealed = q->sealed;
			break;
		}
	}
	spin_unlock(&questions_lock);
	if (sealed < 0)
		return mid->command == SMB2_WRITE && smb3_encryption_required(tlink_tcon(wdata->cfile->tlink));
	return sealed;
}

/* --- answers ---------------------------------------------------------------------------------------- */

static bool wrong_signature(struct mid_q_entry *mid, struct TCP_Server_Info *server)
{
	struct kvec iov = { .iov_base = mid->resp_buf, .iov_len = mid->resp_buf_size };
	struct smb_rqst rqst = { .rq_iov = &iov, .rq_nvec = 1 };

	return server->sign && __real_smb2_verify_signature(&rqst, server);
}

int __wrap_smb2_check_receive(struct mid_q_entry *mid, struct TCP_Server_Info *server, bool log_error)
{
	bool decrypted = mid->decrypted;
	int rc;

	if (!decrypted) {
		if (asked_sealed(mid)) {
			hang_up(server, "an answer that is not sealed");
			return -EAGAIN;
		}
		if (wrong_signature(mid, server)) {
			hang_up(server, "an answer with a wrong signature");
			return -EAGAIN;
		}
	}
	mid->decrypted = true;		/* the signature was right: not again */
	rc = __real_smb2_check_receive(mid, server, log_error);
	mid->decrypted = decrypted;
	return rc;
}

/* Called by the driver for what smb2_async_readv() asked, whose result is there already. */
int __wrap_smb2_verify_signature(struct smb_rqst *rqst, struct TCP_Server_Info *server)
{
	struct cifs_readdata *rdata = container_of(rqst->rq_iov, struct cifs_readdata, iov[1]);
	int rc = __real_smb2_verify_signature(rqst, server);

	if (rc) {
		hang_up(server, "data with a wrong signature");
		rdata->result = -EAGAIN;
		rdata->got_bytes = 0;
	}
	return rc;
}

/* What is read and comes in the clear. */
int __wrap_cifs_readv_receive(struct TCP_Server_Info *server, struct mid_q_entry *mid)
{
	struct cifs_readdata *rdata = mid->callback_data;

	if (smb3_encryption_required(tlink_tcon(rdata->cfile->tlink))) {
		hang_up(server, "data that are not sealed");
		return -ECONNABORTED;
	}
	return __real_cifs_readv_receive(server, mid);
}

static bool is_sealed(struct TCP_Server_Info *server)
{
	struct TCP_Server_Info *primary = CIFS_SERVER_IS_CHAN(server) ? server->primary_server : server;
	struct cifs_ses *ses;
	struct cifs_tcon *tcon;
	bool sealed = false;

	spin_lock(&cifs_tcp_ses_lock);
	list_for_each_entry(ses, &primary->smb_ses_list, smb_ses_list)
		list_for_each_entry(tcon, &ses->tcon_list, tcon_list)
			sealed |= smb3_encryption_required(tcon);
	spin_unlock(&cifs_tcp_ses_lock);
	return sealed;
}

/* Asked by the driver of what is nobody's answer. What the server says of itself has a number of its own. */
bool __wrap_smb2_is_valid_oplock_break(char *buffer, struct TCP_Server_Info *server)
{
	const struct smb2_hdr *hdr = (struct smb2_hdr *)buffer;

	if (__real_smb2_is_valid_oplock_break(buffer, server))
		return true;
	if (hdr->MessageId != cpu_to_le64(~0ull) && (server->sign || is_sealed(server)))
		hang_up(server, "an answer to no question");
	return false;
}

/* --- what is sealed --------------------------------------------------------------------------------- */

static int (*driver_receive_transform)(struct TCP_Server_Info *, struct mid_q_entry **, char **, int *);

/*
 * The driver's errors: -1 are those after which all is well (an answer follows, it has hung up), or where the
 * server and no one else was wrong; the others mean that the message is lost, also for want of memory.
 */
static int receive_transform(struct TCP_Server_Info *server, struct mid_q_entry **mids, char **bufs,
			     int *num_mids)
{
	int rc;

	server->min_offload = 0;	/* with one processor esize= is for nothing */
	rc = driver_receive_transform(server, mids, bufs, num_mids);
	if (rc < -1 && rc != -ECONNABORTED && rc != -ESHUTDOWN)
		hang_up(server, "a sealed message");
	return rc;
}

SMB3_OPERATION(receive_transform, receive_transform, driver_receive_transform);
