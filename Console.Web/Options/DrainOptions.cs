namespace ConsoleWeb.Options;

/// <summary>How the process ends, section <c>Gateway:Drain</c>. All in seconds.</summary>
public sealed class DrainOptions
{
    public const string Section = "Gateway:Drain";

    /// <summary>Longest value of each setting: an hour.</summary>
    public const int MaxSeconds = 3600;

    /// <summary>
    /// How long new connections are still accepted after <c>/status/ready</c> has turned 503, so that a balancer in front learns of it.
    /// Default 0: without a balancer there is nobody to tell.
    /// </summary>
    public int AnnounceSeconds { get; set; }

    /// <summary>How long running calls may take to end before they are cut. Default 120.</summary>
    public int TimeoutSeconds { get; set; } = 120;

    /// <summary>How long the request log may take to store what is left. Default 10.</summary>
    public int FlushSeconds { get; set; } = 10;
}
