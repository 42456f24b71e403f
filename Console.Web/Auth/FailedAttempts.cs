using System.Net;
using System.Net.Sockets;

namespace ConsoleWeb.Auth;

/// <summary>Counts failed authentications per source within a minute. Its memory is bounded, whatever the number of sources.</summary>
/// <param name="limit">Failures per minute and source that still get the ordinary answer.</param>
/// <param name="capacity">Sources that are told apart; more of them share one count.</param>
internal sealed class FailedAttempts(TimeProvider time, int limit = 10, int capacity = 10_000)
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Count> _counts = new(StringComparer.Ordinal);

    /// <summary>Notes a failure.</summary>
    /// <returns>How long the source has to wait; null while it is within its limit.</returns>
    public TimeSpan? Fail(string source)
    {
        var now = time.GetUtcNow();
        lock (_lock)
        {
            if (!_counts.TryGetValue(source, out var count))
            {
                if (_counts.Count >= capacity)
                {
                    RemoveExpired(now);
                }

                var key = _counts.Count >= capacity ? "" : source;
                if (!_counts.TryGetValue(key, out count))
                {
                    _counts[key] = count = new Count { Start = now };
                }
            }

            if (now - count.Start >= Window)
            {
                count.Start = now;
                count.Failures = 0;
            }

            count.Failures++;
            return count.Failures > limit ? count.Start + Window - now : null;
        }
    }

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

    private void RemoveExpired(DateTimeOffset now)
    {
        foreach (var (source, count) in _counts)
        {
            if (now - count.Start >= Window)
            {
                _counts.Remove(source);
            }
        }
    }

    private sealed class Count
    {
        public DateTimeOffset Start { get; set; }

        public int Failures { get; set; }
    }
}
