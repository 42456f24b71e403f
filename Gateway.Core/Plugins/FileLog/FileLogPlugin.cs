using Gateway.Core.Logging;
using Gateway.Core.Pipeline;
using Microsoft.Extensions.Options;

namespace Gateway.Core.Plugins.FileLog;

/// <summary>Appends one JSON line to a file for each request, in the shape of Kong Gateway's log records.</summary>
[Plugin("file-log", priority: 9, ForbiddenScopes = ["consumer_group"])]
internal sealed class FileLogPlugin(FileLogWriters writers, IOptions<RequestLogOptions> options) : Plugin<FileLogConfig>
{
    private const int TypicalLine = 4096;

    private readonly RecordParts _parts = RecordParts.Entities | RecordParts.Payloads | (options.Value.CompatAliases ? RecordParts.Aliases : RecordParts.None);

    protected override void Log(GatewayContext context, PluginInstance instance, FileLogConfig config)
    {
        var writer = instance.State.GetOrCreate(() => writers.For(config.Path));
        using var buffer = new PooledBuffer(TypicalLine);
        using (var json = RequestRecordWriter.CreateWriter(buffer))
        {
            RequestRecordWriter.Write(json, context.Record, writer.IsFilling ? _parts & ~RecordParts.Payloads : _parts);
        }

        byte[] line;
        if (config.CustomFieldsByLua is { Count: > 0 } fields)
        {
            line = [.. CustomFields.Apply(buffer.WrittenSpan, fields), (byte)'\n'];
        }
        else
        {
            buffer.Append("\n"u8);
            line = buffer.WrittenSpan.ToArray();
        }

        writer.Add(line, config.Reopen);
    }
}
