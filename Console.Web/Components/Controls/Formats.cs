using System.Globalization;

namespace ConsoleWeb.Components.Controls;

/// <summary>How the console writes numbers: one form per kind, units joined by a narrow no-break space.</summary>
internal static class Formats
{
    /// <summary>What stands where a number does not apply.</summary>
    public const string None = "–";

    private const char Thin = '\u202f';

    /// <summary><c>742</c>, <c>1.2k</c>, <c>58.4k</c>, <c>123k</c>, <c>1.2M</c>, <c>4.93B</c>.</summary>
    public static string Tokens(long tokens) => tokens switch
    {
        < 1000 => tokens.ToString(CultureInfo.InvariantCulture),
        < 99_950 => (tokens / 1000.0).ToString("0.0", CultureInfo.InvariantCulture) + "k",
        < 999_500 => (tokens / 1000.0).ToString("0", CultureInfo.InvariantCulture) + "k",
        < 999_950_000 => (tokens / 1_000_000.0).ToString("0.0", CultureInfo.InvariantCulture) + "M",
        _ => (tokens / 1_000_000_000.0).ToString("0.00", CultureInfo.InvariantCulture) + "B",
    };

    /// <summary>With thousands separators, as receipts show it.</summary>
    public static string Exact(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary><c>812 ms</c>, <c>6.8 s</c>, <c>2 m 05 s</c>.</summary>
    public static string Duration(double? ms) => ms switch
    {
        null => None,
        < 1 => "<1" + Thin + "ms",
        < 999.5 => Invariant($"{ms:0}{Thin}ms"),
        < 59_950 => Invariant($"{ms / 1000:0.0}{Thin}s"),
        _ => Minutes((long)Math.Round(ms.Value / 1000)),
    };

    /// <summary>Two decimals of a second, for receipts and the waterfall.</summary>
    public static string DurationExact(double ms) => ms switch
    {
        < 1 => "<1" + Thin + "ms",
        < 999.5 => Invariant($"{ms:0}{Thin}ms"),
        _ => Invariant($"{ms / 1000:0.00}{Thin}s"),
    };

    /// <summary>Label of a time axis: <c>0 s</c>, <c>500 ms</c>, <c>2 s</c>.</summary>
    public static string Axis(double ms) => ms is > 0 and < 1000 ? Invariant($"{ms:0.##}{Thin}ms") : Invariant($"{ms / 1000:0.##}{Thin}s");

    /// <summary><c>$0.0123</c> below one dollar, <c>$12.34</c> from one, <c>&lt;$0.0001</c>.</summary>
    public static string Money(decimal amount) => amount switch
    {
        0 => "$0",
        < 0.0001m => "<$0.0001",
        < 1 => Invariant($"${amount:0.0000}"),
        _ => Invariant($"${amount:N2}"),
    };

    /// <summary>Six decimals, as receipts show it.</summary>
    public static string MoneyExact(decimal amount) => amount == 0 ? "$0" : Invariant($"${amount:N6}");

    /// <summary><c>92.5 %</c>, <c>&lt;0.1 %</c>.</summary>
    public static string Share(double part, double whole)
    {
        var percent = whole <= 0 ? 0 : 100 * part / whole;
        return percent is > 0 and < 0.1 ? "<0.1" + Thin + "%" : Invariant($"{percent:0.0}{Thin}%");
    }

    public static string Bytes(long bytes) => bytes switch
    {
        < 1024 => Invariant($"{bytes}{Thin}B"),
        < 1024 * 1024 => Invariant($"{bytes / 1024.0:0.#}{Thin}KB"),
        < 1024L * 1024 * 1024 => Invariant($"{bytes / 1048576.0:0.#}{Thin}MB"),
        _ => Invariant($"{bytes / 1073741824.0:0.##}{Thin}GB"),
    };

    /// <summary>Time of day with milliseconds, as lists show it, in the given zone.</summary>
    public static string TimeOfDay(DateTimeOffset time, TimeZoneInfo zone) =>
        TimeZoneInfo.ConvertTime(time, zone).ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);

    /// <summary><c>23 Nov 10:41:44.017</c>.</summary>
    public static string Moment(DateTimeOffset time, TimeZoneInfo zone) =>
        TimeZoneInfo.ConvertTime(time, zone).ToString("d MMM HH:mm:ss.fff", CultureInfo.InvariantCulture);

    /// <summary>ISO 8601 with offset, for titles.</summary>
    public static string Iso(DateTimeOffset time, TimeZoneInfo zone) =>
        TimeZoneInfo.ConvertTime(time, zone).ToString("yyyy-MM-dd'T'HH:mm:ss.fffzzz", CultureInfo.InvariantCulture);

    /// <summary>Relative time for "last used" columns: <c>just now</c>, <c>4 minutes ago</c>, <c>yesterday</c>, then a date.</summary>
    public static string Relative(DateTimeOffset time, DateTimeOffset now, TimeZoneInfo zone)
    {
        var age = now - time;
        return age switch
        {
            { TotalSeconds: < 60 } => "just now",
            { TotalMinutes: < 2 } => "1 minute ago",
            { TotalMinutes: < 60 } => Invariant($"{(int)age.TotalMinutes} minutes ago"),
            { TotalHours: < 2 } => "1 hour ago",
            { TotalHours: < 24 } => Invariant($"{(int)age.TotalHours} hours ago"),
            _ => TimeZoneInfo.ConvertTime(time, zone).ToString("d MMM yyyy", CultureInfo.InvariantCulture),
        };
    }

    /// <summary>The next round value (1, 2, 5 × 10ⁿ) at or above a raw step.</summary>
    public static double NiceStep(double raw)
    {
        if (raw <= 0)
        {
            return 1;
        }

        var magnitude = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        var fraction = raw / magnitude;
        return magnitude * (fraction <= 1 ? 1 : fraction <= 2 ? 2 : fraction <= 5 ? 5 : 10);
    }

    private static string Minutes(long seconds) => Invariant($"{seconds / 60}{Thin}m{Thin}{seconds % 60:00}{Thin}s");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
