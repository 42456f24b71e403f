using System.Globalization;

namespace ConsoleWeb.Data.Logs.Filters;

/// <summary>One condition on a row.</summary>
/// <param name="IsNegated">Whether rows that fulfil the rest are the ones left out.</param>
public abstract record FilterTerm(LogField Field, bool IsNegated)
{
    public bool Matches(RequestRow row) => Test(row) != IsNegated;

    /// <summary>The condition in SQL; never unknown, also where the column is null.</summary>
    internal string ToSql(SqlParameters parameters) => $"({Condition(parameters)}) IS {(IsNegated ? "NOT " : "")}TRUE";

    /// <summary>The condition on a zone that has to hold where any of its rows fulfils the term; null when zones do not help.</summary>
    internal virtual string? ToZoneSql(SqlParameters parameters) => null;

    /// <summary>The condition on a text of <c>texts t</c> that one in the zone has to fulfil where any of its rows fulfils the term; null when texts do not help.</summary>
    internal virtual string? ToTextSql(SqlParameters parameters) => null;

    private protected abstract bool Test(RequestRow row);

    private protected abstract string Condition(SqlParameters parameters);
}

/// <summary>The field's text is one of some, where <c>*</c> stands for anything. Case does not matter.</summary>
public sealed record AnyOfTerm(LogField Field, IReadOnlyList<string> Values, bool IsNegated = false) : FilterTerm(Field, IsNegated)
{
    internal override string? ToTextSql(SqlParameters parameters) => Field.AsText is { } text && !IsNegated ? (this with { Field = text }).ToSql(parameters) : null;

    private protected override bool Test(RequestRow row)
    {
        var text = Field.Value(row) switch { string value => value, int number => number.ToString(CultureInfo.InvariantCulture), _ => null };
        return text is not null && Values.Any(v => IsMatch(text, v));
    }

    private protected override string Condition(SqlParameters parameters)
    {
        if (Field == LogFields.Id || Field == LogFields.ReplayOf)
        {
            return string.Join(" OR ", Values.Select(v => v.Contains('*', StringComparison.Ordinal) ? Like(IdText(Field), v, parameters) : $"{Field.Sql} = {parameters.Add(RowIds.Stored(v.ToLowerInvariant()))}"));
        }

        return string.Join(" OR ", Values.Select(v => v.Contains('*', StringComparison.Ordinal) ? Like(Field.Sql, v, parameters) : $"{Field.Sql} = {parameters.Add(v)} COLLATE NOCASE"));
    }

    /// <summary>The text of an id, most of which are stored as bytes.</summary>
    internal static string IdText(LogField field) => $"CASE typeof({field.Sql}) WHEN 'blob' THEN lower(hex({field.Sql})) ELSE {field.Sql} END";

    private static string Like(string column, string pattern, SqlParameters parameters) =>
        $"{column} LIKE {parameters.Add(SqlParameters.Escape(pattern).Replace('*', '%'))} ESCAPE '\\'";

    private static bool IsMatch(string text, string pattern)
    {
        var parts = pattern.Split('*');
        if (parts.Length == 1)
        {
            return text.Equals(pattern, StringComparison.OrdinalIgnoreCase);
        }

        if (!text.StartsWith(parts[0], StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var at = parts[0].Length;
        foreach (var part in parts[1..^1])
        {
            var found = text.IndexOf(part, at, StringComparison.OrdinalIgnoreCase);
            if (found < 0)
            {
                return false;
            }

            at = found + part.Length;
        }

        return text.Length - at >= parts[^1].Length && text.EndsWith(parts[^1], StringComparison.OrdinalIgnoreCase);
    }
}

/// <summary>The field's number lies within bounds, which are both included. Fields without a number do not.</summary>
public sealed record RangeTerm(LogField Field, double Least, double Most, bool IsNegated = false) : FilterTerm(Field, IsNegated)
{
    internal override string? ToZoneSql(SqlParameters parameters)
    {
        var bounds = new List<string>(2);
        if (Field.HasZones && !IsNegated && Least > 0)
        {
            bounds.Add($"z.max_{Field.Column} >= {parameters.Add(Least)}");
        }

        if (Field.HasZonesOfSmallest && !IsNegated && !double.IsPositiveInfinity(Most))
        {
            bounds.Add($"coalesce(z.min_{Field.Column} <= {parameters.Add(Most)}, TRUE)");
        }

        return bounds.Count == 0 ? null : string.Join(" AND ", bounds);
    }

    private protected override bool Test(RequestRow row) => Field.NumberOf(row) is { } number && number >= Least && number <= Most;

    private protected override string Condition(SqlParameters parameters)
    {
        var bounds = new List<string>(2);
        if (!double.IsNegativeInfinity(Least))
        {
            bounds.Add($"{Field.Sql} >= {parameters.Add(Least)}");
        }

        if (!double.IsPositiveInfinity(Most))
        {
            bounds.Add($"{Field.Sql} <= {parameters.Add(Most)}");
        }

        return bounds.Count == 0 ? $"{Field.Sql} IS NOT NULL" : string.Join(" AND ", bounds);
    }
}

/// <summary>The flag is set.</summary>
public sealed record FlagTerm(LogField Field, bool IsNegated = false) : FilterTerm(Field, IsNegated)
{
    private protected override bool Test(RequestRow row) => Field.Value(row) is true;

    private protected override string Condition(SqlParameters parameters) => $"{Field.Sql} = 1";
}

/// <summary>The field has a value.</summary>
public sealed record HasTerm(LogField Field, bool IsNegated = false) : FilterTerm(Field, IsNegated)
{
    private protected override bool Test(RequestRow row) => Field.Value(row) is not null;

    private protected override string Condition(SqlParameters parameters) => $"{Field.Sql} IS NOT NULL";
}

/// <summary>The call ended badly: a status from 400, or cut, timed out or interrupted.</summary>
public sealed record ErrorTerm(bool IsNegated = false) : FilterTerm(LogFields.Status, IsNegated)
{
    internal const string IsFailedSql = "(f.status >= 500 OR f.outcome IN ('upstream_cut', 'upstream_timeout', 'interrupted', 'shutdown'))";

    internal const string IsRefusedSql = $"(f.status >= 400 AND NOT {IsFailedSql})";

    private protected override bool Test(RequestRow row) => row.IsError;

    private protected override string Condition(SqlParameters parameters) => $"f.status >= 400 OR {IsFailedSql}";
}
