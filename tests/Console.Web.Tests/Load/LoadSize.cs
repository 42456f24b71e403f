using System.Globalization;

namespace ConsoleWeb.Tests.Load;

/// <summary>How much a load test does: little with every run of the suite, and as much as the promise says in the slow lane (<c>./dev.sh load</c>).</summary>
internal static class LoadSize
{
    /// <summary>Whether the full figures are wanted.</summary>
    public static bool IsFull => Environment.GetEnvironmentVariable("GATEHOUSE_LOAD") is { Length: > 0 };

    public static int Of(int little, int full) => IsFull ? full : little;

    public static TimeSpan Minutes(string name) =>
        double.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.Float, CultureInfo.InvariantCulture, out var minutes) ? TimeSpan.FromMinutes(minutes) : TimeSpan.Zero;
}
