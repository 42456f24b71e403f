using System.Net;
using System.Net.Sockets;

namespace ConsoleWeb.Auth;

/// <summary>Counts failed authentications per source within a minute. Its memory is bounded, whatever the number of sources.</summary>
/// <param name="limit">Failures per minute and source that still get the ordinary answer.</param>
/// <param name="capacity">Sources that are told apart; more of them share one count.</param>
internal sealed class FailedAttempts(TimeProvider time, int limit = 10, int capacity = 10_000)
{
    private readonly CallWindow _window = new(time, limit, TimeSpan.FromMinutes(1), capacity);

    /// <summary>Notes a failure.</summary>
    /// <returns>How long the source has to wait; null while it is within its limit.</returns>
    public TimeSpan? Fail(string source) => _window.Add(source);

    /// <summary>Names the source of a call: the address, and for IPv6 the network of 64 bits that one subscriber holds.</summary>
    public static string Source(IPAddress? address)
    {
        if (address is null)
        {
            return "unknown";
        }

        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }

        if (address.AddressFamily != AddressFamily.InterNetworkV6 || IPAddress.IsLoopback(address))
        {
            return address.ToString();
        }

        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        bytes[8..].Clear();
        return $"{new IPAddress(bytes)}/64";
    }
}
