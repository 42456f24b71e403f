using System.Text.Json.Nodes;

namespace ConsoleWeb.Declarative.Files;

/// <summary>Reads the files, directories and standard input that a command was given, as one <see cref="StateFile"/>.</summary>
internal sealed class StateFileReader(IReadOnlyDictionary<string, string> environment, TextReader stdin)
{
    private readonly EnvironmentTemplate _template = new(environment);

    /// <param name="arguments">Files, directories (searched for .yaml, .yml and .json) or <c>-</c>; none means standard input.</param>
    /// <exception cref="StateFailureException">All problems of all files at once, each with its place.</exception>
    public async Task<StateFile> ReadAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var documents = new List<(JsonObject Root, SourceMap Map)>();
        var problems = new List<string>();
        foreach (var name in arguments.Count == 0 ? ["-"] : arguments.SelectMany(ListFiles).ToList())
        {
            try
            {
                if (await ReadDocumentAsync(name, cancellationToken) is { } document)
                {
                    documents.Add(document);
                }
            }
            catch (StateFailureException e)
            {
                problems.Add(e.Message);
            }
        }

        if (problems.Count > 0)
        {
            throw StateFailureException.FromProblems("", problems);
        }

        return documents.Count == 0
            ? throw new StateFailureException("the configuration is empty: no file holds anything; to delete everything use 'gateway reset'")
            : Merge(documents);
    }

    /// <summary>Reads one text.</summary>
    /// <param name="name">What problems call it.</param>
    /// <exception cref="StateFailureException">All problems of the first step that has any.</exception>
    public static StateFile ReadText(string text, string name, IReadOnlyDictionary<string, string> environment)
        => Merge([
            new StateFileReader(environment, TextReader.Null).ReadDocument(text, name)
                ?? throw new StateFailureException($"{name}:1:1: there is nothing in it"),
        ]);

    private static IEnumerable<string> ListFiles(string argument)
    {
        if (argument == "-" || !Directory.Exists(argument))
        {
            return [argument];
        }

        return Directory.EnumerateFiles(argument, "*", SearchOption.AllDirectories)
            .Where(f => Path.GetExtension(f).ToUpperInvariant() is ".YAML" or ".YML" or ".JSON")
            .Order(StringComparer.Ordinal);
    }

    private async Task<(JsonObject Root, SourceMap Map)?> ReadDocumentAsync(string argument, CancellationToken cancellationToken)
    {
        var name = argument == "-" ? "STDIN" : argument;
        return ReadDocument(await ReadTextAsync(argument, name, cancellationToken), name);
    }

    private (JsonObject Root, SourceMap Map)? ReadDocument(string written, string name)
    {
        var text = _template.Render(written, name);
        if (text.StartsWith(' ') || text.StartsWith('\t'))
        {
            throw new StateFailureException($"reading file {name}: {name}:1:1: file must not begin with a whitespace");
        }

        var (root, map) = YamlReader.Read(text, name);
        if (root is null)
        {
            return null;
        }

        var problems = StateFileValidator.Validate(root, map);
        if (problems.Count > 0)
        {
            throw StateFailureException.Under(
                $"reading file {name}: validating file content: {problems.Count} errors occurred:", "validation error", problems);
        }

        return ((JsonObject)root, map);
    }

    private async Task<string> ReadTextAsync(string argument, string name, CancellationToken cancellationToken)
    {
        if (argument == "-")
        {
            return await ReadBoundedAsync(stdin, name, cancellationToken);
        }

        try
        {
            using var reader = File.OpenText(argument);
            return await ReadBoundedAsync(reader, name, cancellationToken);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new StateFailureException($"reading file {name}: no such file or directory", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StateFailureException($"reading file {name}: {e.Message}", e);
        }
    }

    private static async Task<string> ReadBoundedAsync(TextReader reader, string name, CancellationToken cancellationToken)
    {
        var text = new System.Text.StringBuilder();
        var buffer = new char[16 * 1024];
        int count;
        while ((count = await reader.ReadAsync(buffer.AsMemory(), cancellationToken)) > 0)
        {
            text.Append(buffer, 0, count);
            if (text.Length > YamlReader.MaxBytes)
            {
                throw new StateFailureException($"reading file {name}: the file is larger than {YamlReader.MaxBytes} bytes");
            }
        }

        return text.ToString();
    }

    private static StateFile Merge(List<(JsonObject Root, SourceMap Map)> documents)
    {
        var file = new StateFile();
        var problems = new List<string>();
        var pluginConfigs = new JsonObject();
        foreach (var (root, map) in documents)
        {
            MergeHead(file, root, map, problems);
            foreach (var (name, config) in root["_plugin_configs"] as JsonObject ?? [])
            {
                if (!pluginConfigs.ContainsKey(name))
                {
                    pluginConfigs[name] = config?.DeepClone();
                }
            }
        }

        foreach (var (root, map) in documents)
        {
            problems.AddRange(new StateFileFlattener(root, map, file, pluginConfigs).Flatten());
        }

        return problems.Count == 0 ? file : throw StateFailureException.FromProblems("building state: ", problems);
    }

    private static void MergeHead(StateFile file, JsonObject root, SourceMap map, List<string> problems)
    {
        file.Workspace = MergeName(file.Workspace, root["_workspace"], "_workspace", "workspaces");
        if (root["_konnect"] is JsonObject konnect)
        {
            file.IsKonnect = true;
            file.ControlPlaneName = MergeName(
                file.ControlPlaneName, konnect["control_plane_name"] ?? konnect["runtime_group_name"], "_konnect", "control planes");
        }

        if (root["_info"] is not JsonObject info)
        {
            return;
        }

        AddTexts(file.SelectTags, info["select_tags"]);
        foreach (var (kind, values) in info["defaults"] as JsonObject ?? [])
        {
            if (values is JsonObject defaults)
            {
                file.Defaults.TryAdd(kind, (JsonObject)defaults.DeepClone());
            }
        }

        foreach (var (collection, tags) in info["default_lookup_tags"] as JsonObject ?? [])
        {
            var list = file.LookupTags.TryGetValue(collection, out var known) ? known : file.LookupTags[collection] = [];
            AddTexts(list, tags);
        }

        string? MergeName(string? current, JsonNode? written, string path, string plural)
        {
            var name = written?.GetValue<string>();
            if (current is not null && name is not null && current != name)
            {
                problems.Add($"{map.Describe(path)}: it is not possible to manage several {plural} ('{current}' and '{name}') at once");
            }

            return current ?? name;
        }
    }

    private static void AddTexts(List<string> list, JsonNode? texts)
    {
        foreach (var text in (texts as JsonArray ?? []).Select(t => t!.GetValue<string>()))
        {
            if (!list.Contains(text))
            {
                list.Add(text);
            }
        }
    }
}
