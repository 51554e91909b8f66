// SPDX-License-Identifier: GPL-2.0-only
/*
 * The socket layer without devices, packets, routes and filters below it: names
 * that the linked files of net/ and sunrpc refer to and have no use for here.
 *
 * Only names matter to the linker, so what does nothing or refuses is
 * defined without the headers that would know its arguments: each function is
 * either never reached, for there is no device and no packet, or a request
 * for something that only a real stack has.
 */
#include <linux/errno.h>
#include <linux/linkage.h>

#define NOTHING(name)			\
	long name(void);		\
	long name(void) { return 0; }

#define REFUSED(name)			\
	long name(void);		\
	long name(void) { return -EOPNOTSUPP; }

/* devices */
NOTHING(dev_get_by_index)
NOTHING(dev_get_by_name)
NOTHING(dev_get_by_napi_id)
NOTHING(napi_busy_loop)
NOTHING(napi_get_frags)
NOTHING(unregister_netdevice_many)
NOTHING(netdev_rx_csum_fault)
REFUSED(dev_ifconf)
REFUSED(dev_ioctl)
REFUSED(ethtool_get_phc_vclocks)

/* packets */
NOTHING(__dev_kfree_skb_any)
NOTHING(skb_network_protocol)
NOTHING(csum_ipv6_magic)
NOTHING(dst_release)
NOTHING(net_disable_timestamp)
NOTHING(net_enable_timestamp)
NOTHING(sock_edemux)
NOTHING(sock_gen_put)
NOTHING(tcp_get_timestamping_opt_stats)
NOTHING(tcp_wfree)

/* filters */
NOTHING(sk_filter_charge)
NOTHING(sk_filter_trim_cap)
NOTHING(sk_filter_uncharge)
REFUSED(copy_bpf_fprog_from_user)
REFUSED(sk_attach_bpf)
REFUSED(sk_attach_filter)
REFUSED(sk_detach_filter)
REFUSED(sk_get_filter)
REFUSED(sk_reuseport_attach_bpf)
REFUSED(sk_reuseport_attach_filter)

/* balancing between sockets of one port: the host does it */
NOTHING(reuseport_detach_sock)
NOTHING(reuseport_update_incoming_cpu)
REFUSED(reuseport_detach_prog)

/* netlink */
NOTHING(__nlmsg_put)
NOTHING(__sock_gen_cookie)
NOTHING(do_trace_netlink_extack)
NOTHING(netlink_has_listeners)
NOTHING(rtnl_lock)
NOTHING(rtnl_unlock)
NOTHING(rtnl_notify)
NOTHING(rtnl_register)
NOTHING(rtnl_set_sk_err)
NOTHING(sock_diag_broadcast_destroy)
REFUSED(netlink_strict_get_check)
REFUSED(rtnl_get_net_ns_capable)
REFUSED(rtnl_unicast)

/* addresses of interfaces coming and going */
NOTHING(register_inetaddr_notifier)
NOTHING(unregister_inetaddr_notifier)
