using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Gateway.Core.Logging;
using Gateway.Shared.Logging;
using Gateway.Testing;
using Gateway.Testing.Logging;

namespace Gateway.Core.Tests.Logging;

/// <summary>Compares records with the samples that the two published tutorials print, member for member.</summary>
public sealed partial class PublishedSampleTests
{
    [Fact]
    public void AiProxyRecord_HasTheMembersAndValuesOfTheSample()
    {
        var sample = Sample("tutorials/claude-through-kong-ai-gateway.txt");
        var record = Written(SomeRecords.AiProxy());

        Assert.Equal((string?)sample["method"], (string?)record["method"]);
        Assert.True(JsonNode.DeepEquals(sample["headers"], record["headers"]));
        var pluginId = sample["ai"]!["meta"]!.AsObject();
        pluginId["plugin_id"] = SomeRecords.PluginId.ToString();
        Assert.Equal(Flat(sample["ai"]!["meta"]!), Flat(record["ai"]!["meta"]!));
        Assert.Equal(Flat(sample["ai"]!["usage"]!), Flat(record["ai"]!["usage"]!));
        Assert.Equal(Flat(sample["ai"]!["usage"]!), Flat(record["ai"]!["proxy"]!["usage"]!));
    }

    [Fact]
    public void AiProxySample_TimePerToken_FollowsTheFormula()
    {
        var ai = Sample("tutorials/claude-through-kong-ai-gateway.txt")["ai"]!;
        var expected = ((double)ai["meta"]!["llm_latency"]! / (double)ai["usage"]!["completion_tokens"]!).ToString("G14", CultureInfo.InvariantCulture);

        Assert.Equal(expected, ai["usage"]!["time_per_token"]!.ToJsonString());
        Assert.Equal(expected, Written(SomeRecords.AiProxy())["ai"]!["usage"]!["time_per_token"]!.ToJsonString());
    }

    [Fact]
    public void AdvancedRecord_HasTheMembersOfTheSample()
    {
        var sample = Sample("tutorials/codex-through-kong-ai-gateway.txt");
        var record = Written(SomeRecords.AiProxyAdvanced());
        record["ai"]!["proxy"]!["tried_targets"]![0]!["ip"] = (string?)sample["ai"]!["proxy"]!["tried_targets"]![0]!["ip"];

        Assert.Equal(Flat(sample["ai"]!), Flat(record["ai"]!));
    }

    private static JsonObject Written(RequestRecord record)
    {
        using var json = new JsonLineWriter();
        RequestRecordWriter.Write(json, record, RecordParts.Entities | RecordParts.Payloads | RecordParts.Aliases);
        return JsonNode.Parse(json.WrittenSpan)!.AsObject();
    }

    private static JsonObject Sample(string file)
    {
        var path = SharedFiles.Find(file);
        Assert.SkipWhen(path is null, "The published tutorials are not beside the repository.");
        var text = File.ReadAllText(path!);

        // The printed record begins and ends with an ellipsis in place of the members that are not shown.
        var match = SampleBlock().Match(text);
        Assert.True(match.Success, $"No sample record in {file}");
        return JsonNode.Parse("{" + match.Groups["body"].Value.Trim().TrimEnd(',') + "}")!.AsObject();
    }

    private static SortedDictionary<string, string> Flat(JsonNode node)
    {
        var flat = new SortedDictionary<string, string>(StringComparer.Ordinal);
        Add("", node);
        return flat;

        void Add(string path, JsonNode? value)
        {
            switch (value)
            {
                case JsonObject members:
                    foreach (var (name, member) in members)
                    {
                        Add($"{path}.{name}", member);
                    }

                    break;
                case JsonArray items:
                    for (var i = 0; i < items.Count; i++)
                    {
                        Add($"{path}[{i}]", items[i]);
                    }

                    break;
                default:
                    flat[path] = value?.ToJsonString() ?? "null";
                    break;
            }
        }
    }

    [GeneratedRegex(@"\{\s*\.\.\.(?<body>.*?)\.\.\.\s*\}", RegexOptions.Singleline)]
    private static partial Regex SampleBlock();
}
