using Gateway.Core.Logging;
using Gateway.Core.Pipeline;

namespace Gateway.Core.Plugins.FileLog;

/// <summary>Appends one JSON line to a file for each request, in the shape of Kong Gateway's log records.</summary>
[Plugin("file-log", priority: 9, ForbiddenScopes = ["consumer_group"])]
internal sealed class FileLogPlugin(FileLogWriters writers, RecordLines lines) : Plugin<FileLogConfig>
{
    protected override void Log(GatewayContext context, PluginInstance instance, FileLogConfig config)
    {
        var writer = instance.State.GetOrCreate(() => writers.For(config.Path));
        writer.Add(lines.Write(context.Record, config.CustomFieldsByLua, "\n"u8, withPayloads: !writer.IsFilling), config.Reopen);
    }
}
