namespace Gateway.Core.Plugins.RateLimiting;

/// <summary>Where requests are counted.</summary>
internal interface IRateCounters
{
    /// <summary>Counts a request in every window, or in none when one of them is full. Fills the usage.</summary>
    /// <returns>Whether it was counted.</returns>
    /// <exception cref="RateCountersUnavailableException">Nobody knows.</exception>
    ValueTask<bool> TryCountAsync(RateCheck check);
}

/// <summary>The counters are kept elsewhere and cannot be reached.</summary>
internal sealed class RateCountersUnavailableException(Exception inner) : Exception("The counters cannot be reached.", inner);
