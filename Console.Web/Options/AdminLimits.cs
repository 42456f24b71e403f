namespace ConsoleWeb.Options;

/// <summary>
/// What a token may do in a while and how large the configuration may grow, section <c>Gateway:Admin</c>. The rates are off unless set,
/// because tools such as decK give up at their first 429.
/// </summary>
internal sealed class AdminLimits
{
    public const string Section = "Gateway:Admin";

    /// <summary>Writes that one token may make within a second, such as 100. Default 0: as many as it likes.</summary>
    public int WritesPerSecond { get; set; }

    /// <summary>Pages of lists that one token may read within a minute, such as 600. Default 0: as many as it likes.</summary>
    public int ListsPerMinute { get; set; }

    /// <summary>Entities of all kinds together. Default 50,000; 0: as many as there is memory for.</summary>
    public int MaxEntities { get; set; } = 50_000;
}
