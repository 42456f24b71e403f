using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace ConsoleWeb.Declarative.Files;

/// <summary>
/// Reads one YAML (or JSON) document into JSON nodes and remembers where each value stands.
/// Bounded, since the text may come from anywhere: size, depth and the nodes that aliases expand to.
/// </summary>
internal sealed class YamlReader
{
    /// <summary>Longest accepted text in UTF-8 bytes: 8 MiB.</summary>
    public const int MaxBytes = 8 * 1024 * 1024;

    /// <summary>Deepest accepted nesting.</summary>
    public const int MaxDepth = 64;

    /// <summary>Nodes that all aliases of a document together may expand to.</summary>
    public const int MaxAliasNodes = 100_000;

    private readonly Parser _parser;
    private readonly Dictionary<AnchorName, JsonNode?> _anchors = [];
    private readonly SourceMap _map;
    private int _aliasNodes;

    private YamlReader(string text, SourceMap map)
    {
        _parser = new Parser(new StringReader(text));
        _map = map;
    }

    /// <returns>The document's root and the places of its values; a null root for an empty document.</returns>
    /// <exception cref="StateFailureException">With file, line and column.</exception>
    public static (JsonNode? Root, SourceMap Map) Read(string text, string fileName)
    {
        if (Encoding.UTF8.GetByteCount(text) > MaxBytes)
        {
            throw new StateFailureException($"reading file {fileName}: the file is larger than {MaxBytes} bytes");
        }

        var map = new SourceMap(fileName);
        var reader = new YamlReader(text, map);
        try
        {
            return (reader.ReadDocument(), map);
        }
        catch (YamlException e)
        {
            throw reader.Failure(e.Start, Reason(e), e);
        }
    }

    private static string Reason(YamlException e) => e.Message.Length == 0 ? "not valid YAML" : e.Message;

    private JsonNode? ReadDocument()
    {
        Next();
        Next();
        if (_parser.Current is StreamEnd)
        {
            return null;
        }

        Next();
        var root = ReadNode("", 1);
        Next();
        if (_parser.Current is DocumentStart another)
        {
            throw Failure(another.Start, "the file holds more than one document; only one is read");
        }

        return root;
    }

    private JsonNode? ReadNode(string path, int depth)
    {
        var current = _parser.Current!;
        _map.Add(path, PositionOf(current.Start));
        if (depth > MaxDepth)
        {
            throw Failure(current.Start, $"nested deeper than {MaxDepth} levels", path);
        }

        switch (current)
        {
            case AnchorAlias alias:
                Next();
                return Expand(alias, path);
            case Scalar scalar:
                Next();
                return Remember(scalar.Anchor, ReadScalar(scalar));
            case SequenceStart sequence:
                return Remember(sequence.Anchor, ReadSequence(path, depth));
            case MappingStart mapping:
                return Remember(mapping.Anchor, ReadMapping(path, depth));
            default:
                throw Failure(current.Start, "a value was expected here", path);
        }
    }

    private JsonArray ReadSequence(string path, int depth)
    {
        Next();
        var list = new JsonArray();
        while (_parser.Current is not SequenceEnd)
        {
            list.Add(ReadNode($"{path}[{list.Count}]", depth + 1));
        }

        Next();
        return list;
    }

    private JsonObject ReadMapping(string path, int depth)
    {
        Next();
        var map = new JsonObject();
        var merged = new List<JsonObject>();
        while (_parser.Current is not MappingEnd)
        {
            if (_parser.Current is not Scalar key)
            {
                throw Failure(_parser.Current!.Start, "a member name must be a plain text", path);
            }

            Next();
            var memberPath = path.Length == 0 ? key.Value : $"{path}.{key.Value}";
            if (key is { Value: "<<", Style: ScalarStyle.Plain })
            {
                merged.AddRange(ReadMerge(memberPath, depth, key.Start));
                continue;
            }

            if (map.ContainsKey(key.Value))
            {
                var first = _map.Find(memberPath);
                throw Failure(key.Start, $"duplicate member '{key.Value}'; it is first set at line {first.Line}", path);
            }

            _map.Add(memberPath, PositionOf(key.Start));
            map[key.Value] = ReadNode(memberPath, depth + 1);
        }

        Next();
        foreach (var source in merged)
        {
            foreach (var (name, value) in source)
            {
                if (!map.ContainsKey(name))
                {
                    map[name] = value?.DeepClone();
                }
            }
        }

        return map;
    }

    private List<JsonObject> ReadMerge(string path, int depth, Mark start)
        => ReadNode(path, depth + 1) switch
        {
            JsonObject one => [one],
            JsonArray many when many.All(e => e is JsonObject) => [.. many.Select(e => (JsonObject)e!)],
            _ => throw Failure(start, "'<<' takes a mapping or a list of mappings", path),
        };

    private JsonNode? Expand(AnchorAlias alias, string path)
    {
        if (!_anchors.TryGetValue(alias.Value, out var target))
        {
            throw Failure(alias.Start, $"unknown alias '*{alias.Value}'", path);
        }

        _aliasNodes += CountNodes(target);
        return _aliasNodes > MaxAliasNodes
            ? throw Failure(alias.Start, "the aliases of this file expand to too much text", path)
            : target?.DeepClone();
    }

    private JsonNode? Remember(AnchorName anchor, JsonNode? node)
    {
        if (!anchor.IsEmpty)
        {
            _anchors[anchor] = node?.DeepClone();
        }

        return node;
    }

    private JsonNode? ReadScalar(Scalar scalar)
    {
        if (!scalar.Tag.IsEmpty && !scalar.Tag.IsNonSpecific)
        {
            var resolved = scalar.Tag.Value switch
            {
                "tag:yaml.org,2002:str" => JsonValue.Create(scalar.Value),
                "tag:yaml.org,2002:int" or "tag:yaml.org,2002:float" or "tag:yaml.org,2002:bool" or "tag:yaml.org,2002:null"
                    => YamlScalars.Resolve(scalar.Value),
                _ => throw Failure(scalar.Start, $"the tag '{scalar.Tag.Value}' is not supported"),
            };
            return resolved;
        }

        return scalar.Style == ScalarStyle.Plain ? YamlScalars.Resolve(scalar.Value) : JsonValue.Create(scalar.Value);
    }

    private void Next()
    {
        if (!_parser.MoveNext())
        {
            throw Failure(new Mark(0, 1, 1), "the text ends too early");
        }
    }

    private static int CountNodes(JsonNode? node) => node switch
    {
        JsonObject map => 1 + map.Sum(m => CountNodes(m.Value)),
        JsonArray list => 1 + list.Sum(CountNodes),
        _ => 1,
    };

    private static SourcePosition PositionOf(Mark mark)
        => new((int)Math.Max(1, mark.Line), (int)Math.Max(1, mark.Column));

    private StateFailureException Failure(Mark mark, string reason, string path = "")
        => Failure(mark, path.Length == 0 ? reason : $"{path}: {reason}", innerException: null);

    private StateFailureException Failure(Mark mark, string reason, Exception? innerException)
    {
        var position = PositionOf(mark);
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"reading file {_map.FileName}: {_map.FileName}:{position.Line}:{position.Column}: {reason}");
        return innerException is null ? new StateFailureException(text) : new StateFailureException(text, innerException);
    }
}
