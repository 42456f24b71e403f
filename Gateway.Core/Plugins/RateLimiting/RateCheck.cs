using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Gateway.Core.Plugins.RateLimiting;

/// <summary>One request against the limits: the windows it falls into and, once it was counted or refused, their usage.</summary>
internal sealed class RateCheck
{
    private readonly long _now;

    public RateCheck(Guid instance, string identifier, RateLimit[] limits, DateTimeOffset now)
    {
        (Instance, Identifier, Limits) = (instance, identifier, limits);
        _now = now.ToUnixTimeMilliseconds();
        Windows = new RateWindow[limits.Length];
        Usage = new long[limits.Length];
        for (var i = 0; i < limits.Length; i++)
        {
            Windows[i] = RateWindow.At(limits[i].Period, now);
        }
    }

    /// <summary>The plugin's instance: each counts for itself.</summary>
    public Guid Instance { get; }

    /// <summary>Who shares the limits.</summary>
    public string Identifier { get; }

    public RateLimit[] Limits { get; }

    /// <summary>The window of each limit.</summary>
    public RateWindow[] Windows { get; }

    /// <summary>Requests counted in each window, with this one when it was counted.</summary>
    public long[] Usage { get; }

    /// <summary>Milliseconds from now to the end of a window.</summary>
    public long Remaining(int index) => Math.Max(1, Windows[index].End - _now);

    /// <summary>Seconds until the tightest window ends, at least 1.</summary>
    public string Reset() => Seconds(Tightest());

    public void WriteHeaders(IHeaderDictionary headers)
    {
        for (var i = 0; i < Limits.Length; i++)
        {
            headers[Limits[i].LimitHeader] = Limits[i].Text;
            headers[Limits[i].RemainingHeader] = Format(Left(i));
        }

        var tightest = Tightest();
        headers["RateLimit-Limit"] = Limits[tightest].Text;
        headers["RateLimit-Remaining"] = Format(Left(tightest));
        headers["RateLimit-Reset"] = Seconds(tightest);
    }

    /// <summary>The window with the fewest requests left; of equal ones the longest.</summary>
    private int Tightest()
    {
        var tightest = 0;
        for (var i = 1; i < Limits.Length; i++)
        {
            if (Left(i) <= Left(tightest))
            {
                tightest = i;
            }
        }

        return tightest;
    }

    private double Left(int index) => Math.Max(0, Limits[index].Limit - Usage[index]);

    private string Seconds(int index) => ((Remaining(index) + 999) / 1000).ToString(CultureInfo.InvariantCulture);

    private static string Format(double number) => number.ToString(CultureInfo.InvariantCulture);
}
