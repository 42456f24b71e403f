using System.Text.Json.Nodes;
using ConsoleWeb.Cli.Output;
using ConsoleWeb.Declarative.State;

namespace ConsoleWeb.Cli.Wire;

/// <summary>
/// Asks the server whether entities are valid, without storing them, and says where in the file a refused field stands.
/// </summary>
internal sealed class EntityValidator(AdminClient client, int parallelism, ProgressLine progress)
{
    // Answers of servers or paths that do not offer the check; the write itself then decides.
    private static readonly int[] NotOffered = [403, 404, 405, 501];

    /// <returns>One line per refused entity, in the order of the entities.</returns>
    public async Task<IReadOnlyList<string>> ValidateAsync(IReadOnlyList<StateEntity> entities, CancellationToken cancellationToken)
    {
        var problems = new string?[entities.Count];
        var finished = 0;
        var limits = new ParallelOptions { MaxDegreeOfParallelism = parallelism, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, entities.Count, limits, async (i, token) =>
        {
            problems[i] = await ValidateAsync(entities[i], token);
            progress.Report("Checked", Interlocked.Increment(ref finished), entities.Count);
        });
        return [.. problems.OfType<string>()];
    }

    private async Task<string?> ValidateAsync(StateEntity entity, CancellationToken cancellationToken)
    {
        if (entity.Kind.Schema is not { } schema)
        {
            return null;
        }

        var answer = await client.SendAsync(HttpMethod.Post, $"/schemas/{schema}/validate", entity.Body, cancellationToken);
        if (answer.IsSuccess || NotOffered.Contains(answer.Status))
        {
            return null;
        }

        if (answer.Status == 401)
        {
            throw new CommandFailureException(client.Describe(answer));
        }

        var name = entity.Kind == StateKinds.KeyAuth || entity.Kind == StateKinds.Jwt
            ? entity.Id
            : entity.Text("name") ?? entity.Kind.NameFields.Select(entity.Text).FirstOrDefault(t => t is not null) ?? entity.Id;
        var problem = $"validate entity '{schema} ({name})': {answer.Describe()}";
        return entity.File is { } file ? $"{problem} at {string.Join(", ", Places(file, answer.Body))}" : problem;
    }

    /// <summary>The places of all refused fields; of the entity itself when the answer names none.</summary>
    private static List<string> Places(FileEntity file, JsonNode? answer)
    {
        var paths = new List<string>();
        foreach (var (name, error) in (answer as JsonObject)?["fields"] as JsonObject ?? [])
        {
            if (!name.StartsWith('@'))
            {
                Collect(error, name, paths);
            }
        }

        return paths.Count == 0 ? [file.Source.Describe()] : [.. paths.Select(p => file.Source.Describe(p))];
    }

    private static void Collect(JsonNode? error, string path, List<string> paths)
    {
        switch (error)
        {
            case JsonValue:
                paths.Add(path);
                break;
            case JsonObject map:
                var inner = map.Where(m => !m.Key.StartsWith('@')).ToList();
                if (inner.Count == 0)
                {
                    paths.Add(path);
                }

                foreach (var (name, value) in inner)
                {
                    Collect(value, $"{path}.{name}", paths);
                }

                break;
            case JsonArray list when list.Any(e => e is JsonObject) || list.Any(e => e is null):
                // Positions without a fault are null in the answer.
                for (var i = 0; i < list.Count; i++)
                {
                    Collect(list[i], $"{path}[{i}]", paths);
                }

                break;
            case JsonArray { Count: > 0 } texts:
                paths.Add(texts.Count == 1 ? $"{path}[0]" : path);
                break;
            default:
                break;
        }
    }
}
