using Gateway.Core.Logging;
using Gateway.Shared.Logging;

namespace ConsoleWeb.Data.Logs;

/// <summary>Takes the records of finished requests to the queue of the log writer.</summary>
internal sealed class RequestLogSink(RequestLogQueue queue) : IRequestSink
{
    public void Finished(RequestRecord record) => queue.Add(record);
}
