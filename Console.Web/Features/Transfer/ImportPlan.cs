using System.Text.Json.Nodes;
using ConsoleWeb.Declarative.Files;
using ConsoleWeb.Declarative.State;
using ConsoleWeb.Features.Entities;
using Gateway.Shared.Results;
using Gateway.Shared.Schema;
using DocumentKinds = Gateway.Shared.Schema.EntityKinds;

namespace ConsoleWeb.Features.Transfer;

/// <summary>
/// Makes the changes of a comparison one step of the configuration: all of them or none. Each is checked against the state that the
/// ones before it lead to.
/// </summary>
/// <param name="changes">What the comparison found.</param>
/// <param name="version">The configuration that was compared.</param>
internal sealed class ImportPlan(IReadOnlyList<Change> changes, long version, EntityRules rules, TimeProvider time)
{
    /// <summary>Works out the step, or says everything that is wrong with it.</summary>
    public Result<ConfigChange> Prepare(ConfigState state)
    {
        if (state.Version != version)
        {
            return new PreviewStale();
        }

        var attempt = new Attempt(state, rules, time.GetUtcNow());
        foreach (var change in ChangePlanner.Steps(changes).SelectMany(step => step))
        {
            attempt.Add(change);
        }

        return attempt.Finish();
    }

    /// <summary>One run over the changes.</summary>
    private sealed class Attempt(ConfigState state, EntityRules rules, DateTimeOffset now)
    {
        private readonly OrderedDictionary<Guid, DocumentChange> _documents = [];
        private readonly List<ImportProblem> _problems = [];
        private readonly HashSet<string> _refused = new(StringComparer.Ordinal);

        public void Add(Change change)
        {
            var kind = KindOf(change.Entity.Kind);
            if (change.Type == ChangeType.Delete)
            {
                Delete(kind, change);
            }
            else if (!Needs(change.Entity.Body, _refused))
            {
                Write(kind, change);
            }
        }

        public Result<ConfigChange> Finish()
        {
            if (_problems.Count > 0)
            {
                return new ImportRefused(_problems);
            }

            List<DocumentChange> made = [.. _documents.Values.Where(d => d.Before is not null || d.After is not null)];
            var words = new[]
            {
                Count(made.Count(d => d.Before is null), "created"),
                Count(made.Count(d => d is { Before: not null, After: not null }), "changed"),
                Count(made.Count(d => d.After is null), "deleted"),
            };
            return new ConfigChange($"import: {string.Join(", ", words.OfType<string>())}", made);
        }

        private static string? Count(int number, string word) => number == 0 ? null : $"{number} {word}";

        private static EntityKind KindOf(StateKind kind) =>
            DocumentKinds.All.First(k => k.Path == kind.Collection);

        /// <summary>Whether an entity points at one that was refused: what is wrong there was said already.</summary>
        private static bool Needs(JsonObject body, HashSet<string> refused) =>
            refused.Count > 0 && body.Any(m => m.Value is JsonObject reference && reference["id"]?.ToString() is { } id && refused.Contains(id));

        private void Write(EntityKind kind, Change change)
        {
            foreach (var over in Lifetime.ListOver(state, kind, now).ToList())
            {
                Record(new DocumentChange(over, null));
            }

            var body = change.Entity.Body.DeepClone().AsObject();
            if (kind == DocumentKinds.ConsumerGroupMembers)
            {
                // The pair of ids that stands in for an id is no id here.
                body.Remove("id");
            }

            var existing = Guid.TryParse(change.Entity.Id, out var id) ? state.Find(kind, id) : null;
            var prepared = rules.Prepare(state, kind, kind.Hashed(body, existing?.Json), existing, null);
            if (prepared.IsError)
            {
                _refused.Add(change.Entity.Id);
                Refuse(change, prepared.Error);
            }
            else if (existing is null || !AreSame(existing, prepared.Value.After!))
            {
                Record(prepared.Value);
            }
        }

        private void Delete(EntityKind kind, Change change)
        {
            var document = kind == DocumentKinds.ConsumerGroupMembers ? FindMember(change.Entity) : state.Find(kind, Guid.Parse(change.Entity.Id));
            if (document is null)
            {
                return;
            }

            var removed = new List<EntityDocument>();
            if (EntityRules.CollectDeleted(state, document, removed) is { } refusal)
            {
                Refuse(change, refusal);
                return;
            }

            foreach (var gone in removed)
            {
                Record(new DocumentChange(gone, null));
            }
        }

        private EntityDocument? FindMember(StateEntity member) => state.Unique.TryGetValue(
            UniqueKey.Of(DocumentKinds.ConsumerGroupMembers, DocumentKinds.ConsumerGroupMembers.Unique[0], member.Body), out var id)
            ? state.Find(DocumentKinds.ConsumerGroupMembers, id)
            : null;

        private void Record(DocumentChange change)
        {
            state = state.Replace([((change.After ?? change.Before)!.Kind, change.Id, change.After)]);
            _documents[change.Id] = _documents.TryGetValue(change.Id, out var earlier) ? change with { Before = earlier.Before } : change;
        }

        private void Refuse(Change change, Error error)
        {
            var name = $"{change.Entity.Kind.Word} {change.Name}";
            if (error is SchemaViolationError violation)
            {
                _problems.AddRange(violation.Flatten().Select(v => ProblemAt(change, v.Path, $"{name}: {(v.Path.Length == 0 ? "" : v.Path + ": ")}{v.Text}{(violation.Hints?[v.Path] is { } hint ? $"; {hint}" : "")}")));
                return;
            }

            // What is unique may be a secret, such as a consumer's key.
            var text = error is UniqueViolation && kindHasSecretKey(change) ? "the key is taken" : error.Message;
            _problems.Add(ProblemAt(change, "", $"{name}: {text}"));

            static bool kindHasSecretKey(Change change) => change.Entity.Kind == StateKinds.KeyAuth || change.Entity.Kind == StateKinds.Jwt;
        }

        private static ImportProblem ProblemAt(Change change, string path, string text)
        {
            if (change.Entity.File is not { Source: var source })
            {
                return new ImportProblem(null, null, text);
            }

            var place = source.Map.Find(path.Length == 0 ? source.Path : $"{source.Path}.{SourcePaths.InBrackets(path)}");
            return new ImportProblem(place.Line, place.Column, text);
        }

        private static bool AreSame(EntityDocument before, EntityDocument after)
        {
            var (was, now) = (before.Json, after.Json);
            was.Remove("updated_at");
            now.Remove("updated_at");
            return JsonNode.DeepEquals(was, now);
        }
    }
}
