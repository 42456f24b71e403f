using Gateway.Shared.Contracts;

namespace Gateway.Core.Telemetry;

/// <summary>What stands in the place of label values that are too many or too long.</summary>
internal static class LabelValue
{
    public const string Overflow = "overflow";

    private const int Longest = 128;

    /// <summary>A value that a client may have chosen, bounded.</summary>
    public static string Of(string? value)
    {
        if (value is null)
        {
            return "UNSPECIFIED";
        }

        if (value.Length > Longest)
        {
            return Overflow;
        }

        foreach (var c in value)
        {
            // Halves of pairs would be written alike though they are not, and a series would appear twice.
            if (char.IsSurrogate(c))
            {
                return Overflow;
            }
        }

        return value;
    }

    public static string Of(ConsumerConfig? consumer) => consumer?.Username ?? consumer?.CustomId ?? "";
}
