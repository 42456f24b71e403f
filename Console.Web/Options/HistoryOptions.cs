namespace ConsoleWeb.Options;

/// <summary>How long versions of the configuration are kept, section <c>Gateway:History</c>. A version goes once it is beyond both limits; the newest never does.</summary>
internal sealed class HistoryOptions
{
    public const string Section = "Gateway:History";

    /// <summary>Versions that are kept whatever their age. Default 1,000.</summary>
    public int MaxVersions { get; set; } = 1000;

    /// <summary>Days for which every version is kept. Default 90.</summary>
    public int MaxAgeDays { get; set; } = 90;
}
