namespace Gateway.E2E.Harness;

/// <summary>
/// Two collections of tests run at a time: most of a browser's test is waiting. These are the exceptions.
/// </summary>
internal static class Turns
{
    /// <summary>Tests that measure or fill the machine: nothing runs beside them.</summary>
    public const string Alone = "alone";

    /// <summary>Tests that copy and paste: all pages share the clipboard.</summary>
    public const string Clipboard = "clipboard";
}

/// <inheritdoc cref="Turns.Alone"/>
[CollectionDefinition(Turns.Alone, DisableParallelization = true)]
public sealed class AloneCollection;
