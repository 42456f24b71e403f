using ConsoleWeb.Data.Logs.Rollups;

namespace ConsoleWeb.Data.Logs.Filters;

/// <summary>Where the value of a field is stored.</summary>
public enum LogFieldPlace
{
    /// <summary>In the facet that many rows share.</summary>
    Facet,

    /// <summary>In the row itself.</summary>
    Row,

    /// <summary>In the row's session.</summary>
    Session,

    /// <summary>In the texts that zones name: no field has its values there, but terms about rows may be asked of them.</summary>
    Text,
}

/// <summary>What may be said of a field.</summary>
public enum LogFieldKind
{
    /// <summary><c>model:gpt-5*</c>, <c>model:(a,b)</c></summary>
    Text,

    /// <summary><c>status:500</c>, <c>status:4xx</c>, <c>status:>=400</c>, <c>status:error</c></summary>
    Status,

    /// <summary><c>stream:true</c></summary>
    Flag,

    /// <summary><c>tokens.in:>10000</c></summary>
    Number,

    /// <summary><c>total:>30s</c>; stored in milliseconds</summary>
    Duration,

    /// <summary><c>size.in:>128KB</c>; stored in bytes</summary>
    Size,

    /// <summary><c>cost:>0.05</c>; stored in units of <see cref="RequestColumns"/></summary>
    Money,
}

/// <summary>One thing that can be asked of the log; parser, SQL, the test of a running row and the help all follow from it.</summary>
/// <param name="Name">What people type before the colon.</param>
/// <param name="Column">The column, or an expression over columns of the place.</param>
/// <param name="Value">The value in a row: a text, a number or a flag; null where it has none.</param>
/// <param name="Help">What the field is, in a few words.</param>
public sealed record LogField(string Name, LogFieldKind Kind, LogFieldPlace Place, string Column, Func<RequestRow, object?> Value, string Help)
{
    /// <summary>Whether zones know the largest value.</summary>
    public bool HasZones { get; init; }

    /// <summary>Whether zones know the smallest value too.</summary>
    internal bool HasZonesOfSmallest => HasZones && ZoneWriter.ColumnsOfSmallest.Contains(Column);

    /// <summary>As which field zones know the texts of rows; null when they do not. Never used for another field.</summary>
    public int? TextNumber { get; init; }

    /// <summary>Whether statistics can be grouped by it and its values offered for choice.</summary>
    public bool IsGroup => Place == LogFieldPlace.Facet && Kind is LogFieldKind.Text or LogFieldKind.Status;

    /// <summary>The expression over <c>requests r</c>, <c>facets f</c>, <c>sessions s</c> or <c>texts t</c>.</summary>
    internal string Sql => Place switch { LogFieldPlace.Facet => "f.", LogFieldPlace.Session => "s.", LogFieldPlace.Text => "t.", _ => "r." } + Column;

    /// <summary>The same field where it is a text that zones name; null when they do not.</summary>
    internal LogField? AsText => TextNumber is null ? null : this with { Place = LogFieldPlace.Text, Column = "value" };

    internal string? TextOf(RequestRow row) => Value(row) as string;

    internal double? NumberOf(RequestRow row) => Value(row) switch { double number => number, long number => number, int number => number, _ => null };
}
