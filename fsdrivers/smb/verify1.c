// SPDX-License-Identifier: GPL-2.0-only
/*
 * Signatures of version 1.0. As with the later versions (verify.c) the driver notices a wrong one, and believes the message
 * (cifs_check_receive(), cifs_readv_callback()), and of one that answers nothing that was asked it does not know who waits for the
 * answer. Here either ends the connection, and who asked asks again.
 */
#include "cifsglob.h"
#include "cifs_debug.h"
#include "cifspdu.h"
#include "cifsproto.h"
#include "nterr.h"
#include "smb.h"

int __real_cifs_verify_signature(struct smb_rqst *rqst, struct TCP_Server_Info *server, __u32 sequence);
int __wrap_cifs_verify_signature(struct smb_rqst *rqst, struct TCP_Server_Info *server, __u32 sequence);
int __real_map_and_check_smb_error(struct mid_q_entry *mid, bool log_err);
int __wrap_map_and_check_smb_error(struct mid_q_entry *mid, bool log_err);

bool __real_is_valid_oplock_break(char *buffer, struct TCP_Server_Info *server);
bool __wrap_is_valid_oplock_break(char *buffer, struct TCP_Server_Info *server);

static void hang_up(struct TCP_Server_Info *server, const char *why)
{
	cifs_server_dbg(VFS, "%s: was changed on the way, connecting again\n", why);
	smb_hang_up(server);
}

int __wrap_cifs_verify_signature(struct smb_rqst *rqst, struct TCP_Server_Info *server, __u32 sequence)
{
	struct smb_hdr *hdr = rqst->rq_iov[0].iov_base;
	struct cifs_readdata *rdata;
	int rc = __real_cifs_verify_signature(rqst, server, sequence);

	if (!rc)
		return 0;
	hang_up(server, "an answer with a wrong signature");
	if (rqst->rq_npages) {		/* what was read, of which the result is there already */
		rdata = container_of(rqst->rq_iov, struct cifs_readdata, iov[0]);
		rdata->result = -EAGAIN;
		rdata->got_bytes = 0;
	} else {
		hdr->Status.CifsError = cpu_to_le32(NT_STATUS_RETRY);
	}
	return rc;
}

/* Asked by the driver when it has looked at the signature. */
int __wrap_map_and_check_smb_error(struct mid_q_entry *mid, bool log_err)
{
	const struct smb_hdr *hdr = mid->resp_buf;

	if (hdr->Status.CifsError == cpu_to_le32(NT_STATUS_RETRY))
		return -EAGAIN;
	return __real_map_and_check_smb_error(mid, log_err);
}

/* Asked by the driver of what is nobody's answer. */
bool __wrap_is_valid_oplock_break(char *buffer, struct TCP_Server_Info *server)
{
	if (__real_is_valid_oplock_break(buffer, server))
		return true;
	if (server->sign)
		hang_up(server, "an answer to no question");
	return false;
}
