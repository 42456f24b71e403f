namespace Gateway.Core.Plugins.LogDelivery;

/// <summary>Milliseconds of a config as a time that timers take.</summary>
internal static class SenderTime
{
    public static TimeSpan FromConfig(double milliseconds) => TimeSpan.FromMilliseconds(Math.Clamp(milliseconds, 1, int.MaxValue - 1));
}
