using System.Diagnostics.Tracing;
using System.Globalization;

/// <summary>
/// Loaded into the measured process by DOTNET_STARTUP_HOOKS, which wants this name without a namespace. Appends one line to the file
/// named by PAUSE_LOG for each time the runtime stopped all threads: when (Unix seconds), how long (ms), which collection, and how much of it
/// went by until the last thread stood (ms). Replaces a question mark in the file named by LIVE_MEMORY by the bytes of managed memory in use.
/// </summary>
internal sealed class StartupHook : EventListener
{
    private const string Runtime = "Microsoft-Windows-DotNETRuntime";
    private const EventKeywords Collections = (EventKeywords)1;

    private static StartupHook? s_hook;

    private readonly StreamWriter _log = new(Environment.GetEnvironmentVariable("PAUSE_LOG")!, append: true) { AutoFlush = true };
    private DateTime _stoppedAt;
    private DateTime _stoodAt;
    private string _collection = "no collection";

    public static void Initialize()
    {
        s_hook = Environment.GetEnvironmentVariable("PAUSE_LOG") is null ? null : new StartupHook();
        if (Environment.GetEnvironmentVariable("LIVE_MEMORY") is { } path)
        {
            new Thread(() => AnswerForEver(path)) { IsBackground = true }.Start();
        }
    }

    private static void AnswerForEver(string path)
    {
        for (; ; Thread.Sleep(100))
        {
            if (File.Exists(path) && File.ReadAllText(path) == "?")
            {
                var answer = path + ".answer";
                File.WriteAllText(answer, GC.GetTotalMemory(forceFullCollection: true).ToString(CultureInfo.InvariantCulture));
                File.Move(answer, path, overwrite: true);
            }
        }
    }

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == Runtime)
        {
            EnableEvents(eventSource, EventLevel.Informational, Collections);
        }
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        switch (eventData.EventName)
        {
            case "GCSuspendEEBegin_V1":
                _stoppedAt = eventData.TimeStamp;
                _collection = "no collection";
                break;
            case "GCSuspendEEEnd_V1":
                _stoodAt = eventData.TimeStamp;
                break;
            case "GCStart_V2":
                var isBackground = (uint)eventData.Payload![3]! == 1;
                _collection = $"generation {eventData.Payload[1]}{(isBackground ? " in the background" : "")}";
                break;
            case "GCRestartEEEnd_V1":
                var at = (eventData.TimeStamp - DateTime.UnixEpoch).TotalSeconds;
                var pause = (eventData.TimeStamp - _stoppedAt).TotalMilliseconds;
                _log.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{at:F3}\t{pause:F3}\t{_collection}\t{(_stoodAt - _stoppedAt).TotalMilliseconds:F3}"));
                break;
        }
    }
}
