using System.Net;
using System.Net.Sockets;

namespace Gateway.Core.Upstreams;

/// <summary>
/// Which addresses the gateway never connects to: link-local ranges and the addresses of cloud metadata services, where a request
/// forged through the gateway would find credentials. Private ranges are allowed; local models live there.
/// </summary>
internal static class AddressPolicy
{
    private static readonly IPNetwork LinkLocal4 = IPNetwork.Parse("169.254.0.0/16");
    private static readonly IPNetwork LinkLocal6 = IPNetwork.Parse("fe80::/10");
    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");
    private static readonly IPNetwork Translated4 = IPNetwork.Parse("::ffff:0:0:0/96");
    private static readonly IPNetwork SixToFour = IPNetwork.Parse("2002::/16");
    private static readonly IPNetwork Compatible4 = IPNetwork.Parse("::/96");
    private static readonly IPAddress AwsMetadata6 = IPAddress.Parse("fd00:ec2::254");
    private static readonly IPAddress AlibabaMetadata = IPAddress.Parse("100.100.100.200");

    /// <summary>Checks a resolved address, at the moment of connecting: names may resolve differently a moment later.</summary>
    public static bool IsForbidden(IPAddress address)
    {
        var plain = Unwrap(address);
        return LinkLocal4.Contains(plain) || LinkLocal6.Contains(plain) || plain.Equals(AwsMetadata6) || plain.Equals(AlibabaMetadata);
    }

    /// <summary>IPv4 addresses can hide in several notations of IPv6.</summary>
    private static IPAddress Unwrap(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address;
        }

        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }

        if (SixToFour.Contains(address))
        {
            return new IPAddress(address.GetAddressBytes().AsSpan(2, 4));
        }

        if (Nat64.Contains(address) || Translated4.Contains(address) || (Compatible4.Contains(address) && !IPAddress.IsLoopback(address)))
        {
            return new IPAddress(address.GetAddressBytes().AsSpan(12));
        }

        // A zone (fe80::1%eth0) takes no part in the comparison.
        return address.ScopeId == 0 ? address : new IPAddress(address.GetAddressBytes());
    }
}
