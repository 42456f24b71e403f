using StackExchange.Redis;

namespace Gateway.Core.Plugins.RateLimiting;

/// <summary>Counts in Redis, for several gateways together.</summary>
/// <param name="connection">The server; the task fails when it cannot be set up at all.</param>
/// <param name="database">Number of the database; -1 is the connection's own.</param>
internal sealed class RedisCounters(Lazy<Task<ConnectionMultiplexer>> connection, int database) : IRateCounters
{
    /// <summary>Milliseconds for which a window outlives its end, so that gateways whose clocks differ a little still find it.</summary>
    private const long Grace = 5000;

    /// <summary>KEYS: the windows. ARGV: their limits, then how long to keep each. Returns the usage of each, and 1 when counted.</summary>
    private const string Script = """
        local usage = {}
        local full = false
        for i = 1, #KEYS do
            usage[i] = tonumber(redis.call('GET', KEYS[i]) or '0')
            if usage[i] >= tonumber(ARGV[i]) then full = true end
        end
        if not full then
            for i = 1, #KEYS do
                usage[i] = redis.call('INCR', KEYS[i])
                if usage[i] == 1 then redis.call('PEXPIRE', KEYS[i], ARGV[#KEYS + i]) end
            end
        end
        usage[#KEYS + 1] = full and 0 or 1
        return usage
        """;

    public async ValueTask<bool> TryCountAsync(RateCheck check)
    {
        var count = check.Limits.Length;
        var keys = new RedisKey[count];
        var values = new RedisValue[count * 2];
        for (var i = 0; i < count; i++)
        {
            var window = check.Windows[i];

            // The braces keep the windows of an identifier on one node of a cluster.
            keys[i] = $"ratelimit:{{{check.Instance}:{check.Identifier}}}:{window.Period}:{window.Start}";
            values[i] = check.Limits[i].Limit;
            values[count + i] = check.Remaining(i) + Grace;
        }

        try
        {
            var result = (long[])(await (await connection.Value).GetDatabase(database).ScriptEvaluateAsync(Script, keys, values))!;
            result.AsSpan(0, count).CopyTo(check.Usage);
            return result[count] == 1;
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException or ObjectDisposedException)
        {
            throw new RateCountersUnavailableException(exception);
        }
    }
}
