using System.Globalization;
using Gateway.Shared.Schema;

namespace Gateway.Core.Plugins.RateLimiting;

/// <summary>The limits of a configuration, shortest period first.</summary>
internal sealed class RateLimits
{
    public RateLimits(RateLimitingConfig config)
    {
        Items = [.. new (RatePeriod Period, double? Limit)[]
        {
            (RatePeriod.Second, config.Second),
            (RatePeriod.Minute, config.Minute),
            (RatePeriod.Hour, config.Hour),
            (RatePeriod.Day, config.Day),
            (RatePeriod.Month, config.Month),
            (RatePeriod.Year, config.Year),
        }.Where(l => l.Limit is not null).Select(l => new RateLimit(l.Period, l.Limit!.Value))];
    }

    public RateLimit[] Items { get; }

    public static void CheckOrder(CheckContext context)
    {
        (string Name, double Limit)? shorter = null;
        foreach (var period in Enum.GetValues<RatePeriod>())
        {
            var name = SchemaJson.WireName(period.ToString());
            if (context.Text(name) is not { } text)
            {
                continue;
            }

            var limit = double.Parse(text, CultureInfo.InvariantCulture);
            if (shorter is { } known && limit < known.Limit)
            {
                context.FailRecord(string.Create(
                    CultureInfo.InvariantCulture,
                    $"The limit for {name}({limit:0.0}) cannot be lower than the limit for {known.Name}({known.Limit:0.0})"));
                return;
            }

            shorter = (name, limit);
        }
    }
}

/// <summary>A limit and the headers that tell clients about it.</summary>
internal sealed record RateLimit(RatePeriod Period, double Limit)
{
    public string Text { get; } = Limit.ToString(CultureInfo.InvariantCulture);

    public string LimitHeader { get; } = $"X-RateLimit-Limit-{Period}";

    public string RemainingHeader { get; } = $"X-RateLimit-Remaining-{Period}";
}
