using System.Text.Json.Nodes;
using Gateway.Core.Logging;
using Gateway.Core.Pipeline;

namespace Gateway.Core.Plugins.FileLog;

/// <summary>Appends one JSON line for each request to a file.</summary>
[Plugin("file-log", priority: 9)]
internal sealed class FileLogPlugin(FileLogWriters writers) : Plugin<FileLogConfig>
{
    private const RecordParts Parts = RecordParts.Entities | RecordParts.Payloads | RecordParts.Aliases;

    protected override void Log(GatewayContext context, PluginInstance instance, FileLogConfig config)
    {
        if (FileLogDirectories.Allows(config.Path))
        {
            writers.For(config.Path).Enqueue(Line(context, config), config.Reopen);
        }
    }

    private static byte[] Line(GatewayContext context, FileLogConfig config)
    {
        using var buffer = new PooledBuffer(4096);
        using (var json = RequestRecordWriter.CreateWriter(buffer))
        {
            RequestRecordWriter.Write(json, context.Record, Parts);
        }

        if (config.CustomFieldsByLua is { Count: > 0 } fields)
        {
            var record = JsonNode.Parse(buffer.WrittenSpan)!.AsObject();
            foreach (var (name, code) in fields)
            {
                if (LuaLiteral.TryParse(code, out var value))
                {
                    Set(record, name, value);
                }
            }

            buffer.Clear();
            using var json = RequestRecordWriter.CreateWriter(buffer);
            record.WriteTo(json);
            json.Flush();
        }

        buffer.Append("\n"u8);
        return buffer.WrittenSpan.ToArray();
    }

    private static void Set(JsonObject record, string name, JsonNode? value)
    {
        var names = name.Split('.');
        foreach (var outer in names[..^1])
        {
            if (record[outer] is not JsonObject inner)
            {
                if (value is null)
                {
                    return;
                }

                record[outer] = inner = [];
            }

            record = inner;
        }

        record.Remove(names[^1]);
        if (value is not null)
        {
            record[names[^1]] = value;
        }
    }
}
