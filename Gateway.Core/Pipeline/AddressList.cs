using System.Net;

namespace Gateway.Core.Pipeline;

/// <summary>IP addresses and CIDR ranges, read once. IPv4 addresses that came through an IPv6 socket count as IPv4.</summary>
internal sealed class AddressList
{
    private readonly IPNetwork[] _networks;

    /// <exception cref="FormatException">An entry is neither an address nor a range.</exception>
    public AddressList(IEnumerable<string> entries) => _networks = [.. entries.Select(Parse)];

    public bool IsEmpty => _networks.Length == 0;

    public bool Contains(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        foreach (var network in _networks)
        {
            if (network.Contains(plain))
            {
                return true;
            }
        }

        return false;
    }

    private static IPNetwork Parse(string text) => text.Contains('/', StringComparison.Ordinal)
        ? IPNetwork.Parse(text)
        : new IPNetwork(IPAddress.Parse(text), IPAddress.Parse(text).GetAddressBytes().Length * 8);
}
