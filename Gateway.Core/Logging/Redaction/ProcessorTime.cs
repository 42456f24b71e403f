using System.Runtime.InteropServices;

namespace Gateway.Core.Logging.Redaction;

/// <summary>
/// Tells how long the calling thread has been at work: on a machine with more to do than processors a thread waits most of the time,
/// and what it waits says nothing about what it does. Elsewhere than on Linux it is the time on the wall.
/// </summary>
internal sealed class ProcessorTime : TimeProvider
{
    /// <summary><c>CLOCK_THREAD_CPUTIME_ID</c>.</summary>
    private const int ThisThread = 3;

    private const long Nanoseconds = 1_000_000_000;

    public static ProcessorTime Instance { get; } = new();

    public override long TimestampFrequency => OperatingSystem.IsLinux() ? Nanoseconds : base.TimestampFrequency;

    public override long GetTimestamp()
    {
        if (!OperatingSystem.IsLinux())
        {
            return base.GetTimestamp();
        }

        _ = GetTime(ThisThread, out var time);
        return (time.Seconds * Nanoseconds) + time.Nanoseconds;
    }

    [DllImport("libc", EntryPoint = "clock_gettime")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GetTime(int clock, out Moment time);

    [StructLayout(LayoutKind.Sequential)]
    private struct Moment
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
