using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Primitives;

namespace Gateway.Core.Routing;

/// <summary>One header that a request must carry, with the values it may have. Values compare in lower case.</summary>
internal sealed class HeaderCondition
{
    private readonly string[] _values;
    private readonly RouteExpression[] _expressions;

    /// <param name="values">Literal values, and expressions behind <c>~*</c>.</param>
    [SuppressMessage("Globalization", "CA1308", Justification = "Header values compare in lower case, as Kong Gateway does.")]
    public HeaderCondition(string name, IReadOnlyList<string> values)
    {
        Name = name.ToLowerInvariant();
        _values = [.. values.Where(v => !IsExpression(v)).Select(v => v.ToLowerInvariant()).Distinct()];
        // An expression that does not compile was refused when the route was written.
        _expressions = [.. values.Where(IsExpression).Select(v => RouteExpression.ForHeader(v[2..])).OfType<RouteExpression>()];
    }

    public string Name { get; }

    /// <summary>All values that hold; null when an expression decides.</summary>
    public IReadOnlyList<string>? FixedValues => _expressions.Length == 0 ? _values : null;

    public bool Holds(StringValues actual)
    {
        foreach (var value in actual)
        {
            if (value is not null && Holds(value))
            {
                return true;
            }
        }

        return false;
    }

    [SuppressMessage("Globalization", "CA1308", Justification = "Header values compare in lower case, as Kong Gateway does.")]
    private bool Holds(string value)
    {
        foreach (var wanted in _values)
        {
            if (value.Equals(wanted, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        foreach (var expression in _expressions)
        {
            // The expressions were lower-cased too: that is how they compare.
            if (expression.IsMatch(value.ToLowerInvariant()))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsExpression(string value) => value.StartsWith("~*", StringComparison.Ordinal);
}
