package main

import (
	"strings"

	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
)

const pkg = "openstack"

// resources and dataSources give, for a kind of the Terraform provider (without its prefix), the class or function of the
// Python SDK that stands for it. Kinds beyond these are in the official plugin only; a program that asks for one is told
// that the resource type is unknown. tests/tools compares every entry with the SDK.
var resources = map[string]string{
	"blockstorage_volume_attach_v3":         "VolumeAttach",
	"blockstorage_volume_v3":                "Volume",
	"compute_flavor_v2":                     "Flavor",
	"compute_instance_v2":                   "Instance",
	"compute_interface_attach_v2":           "InterfaceAttach",
	"compute_keypair_v2":                    "Keypair",
	"compute_quotaset_v2":                   "QuotaSetV2",
	"compute_servergroup_v2":                "ServerGroup",
	"compute_volume_attach_v2":              "VolumeAttach",
	"identity_application_credential_v3":    "ApplicationCredential",
	"images_image_v2":                       "Image",
	"networking_floatingip_associate_v2":    "FloatingIpAssociate",
	"networking_floatingip_v2":              "FloatingIp",
	"networking_network_v2":                 "Network",
	"networking_port_secgroup_associate_v2": "PortSecGroupAssociate",
	"networking_port_v2":                    "Port",
	"networking_quota_v2":                   "QuotaV2",
	"networking_router_interface_v2":        "RouterInterface",
	"networking_router_route_v2":            "RouterRoute",
	"networking_router_v2":                  "Router",
	"networking_secgroup_rule_v2":           "SecGroupRule",
	"networking_secgroup_v2":                "SecGroup",
	"networking_subnet_route_v2":            "SubnetRoute",
	"networking_subnet_v2":                  "Subnet",
	"objectstorage_container_v1":            "Container",
	"sharedfilesystem_share_access_v2":      "ShareAccess",
	"sharedfilesystem_share_v2":             "Share",
	"sharedfilesystem_sharenetwork_v2":      "ShareNetwork",
}

var dataSources = map[string]string{
	"blockstorage_availability_zones_v3": "getAvailabilityZonesV3",
	"blockstorage_quotaset_v3":           "getQuotasetV3",
	"blockstorage_volume_v3":             "getVolumeV3",
	"compute_availability_zones_v2":      "getAvailabilityZones",
	"compute_flavor_v2":                  "getFlavor",
	"compute_instance_v2":                "getInstanceV2",
	"compute_keypair_v2":                 "getKeypair",
	"compute_limits_v2":                  "getLimitsV2",
	"compute_quotaset_v2":                "getQuotaSetV2",
	"compute_servergroup_v2":             "getServergroupV2",
	"identity_auth_scope_v3":             "getAuthScope",
	"images_image_ids_v2":                "getImageIds",
	"images_image_v2":                    "getImage",
	"networking_floatingip_v2":           "getFloatingIp",
	"networking_network_v2":              "getNetwork",
	"networking_port_v2":                 "getPort",
	"networking_qos_policy_v2":           "getQosPolicy",
	"networking_quota_v2":                "getQuotaV2",
	"networking_router_v2":               "getRouter",
	"networking_secgroup_v2":             "getSecGroup",
	"networking_subnet_v2":               "getSubnet",
	"sharedfilesystem_share_v2":          "getShare",
	"sharedfilesystem_sharenetwork_v2":   "getShareNetwork",
}

// token is `openstack:<module>/<name, first letter small>:<name>`; the module is the first word of the kind.
func token(kind, name string) tokens.ModuleMember {
	module, _, _ := strings.Cut(kind, "_")
	return tokens.ModuleMember(pkg + ":" + module + "/" + strings.ToLower(name[:1]) + name[1:] + ":" + name)
}

func resourceInfo() map[string]*tfbridge.ResourceInfo {
	info := map[string]*tfbridge.ResourceInfo{}
	for kind, name := range resources {
		info[pkg+"_"+kind] = &tfbridge.ResourceInfo{Tok: tokens.Type(token(kind, name))}
	}
	// The rule for plurals would not give the SDK's name, since the Terraform schema has both spellings.
	info["openstack_networking_subnet_v2"].Fields = map[string]*tfbridge.SchemaInfo{"allocation_pool": {Name: "allocationPools"}}
	return info
}

func dataSourceInfo() map[string]*tfbridge.DataSourceInfo {
	info := map[string]*tfbridge.DataSourceInfo{}
	for kind, name := range dataSources {
		info[pkg+"_"+kind] = &tfbridge.DataSourceInfo{Tok: token(kind, name)}
	}
	return info
}
