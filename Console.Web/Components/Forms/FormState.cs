using System.Text.Json.Nodes;
using Gateway.Shared.Schema;

namespace ConsoleWeb.Components.Forms;

/// <summary>What a schema form works on: the document as it is being edited and the faults of the last save.</summary>
public sealed class FormState(JsonObject document)
{
    private readonly Dictionary<string, string> _errors = [];

    /// <summary>Holds what was typed or loaded; absent members take their defaults when saved.</summary>
    public JsonObject Document { get; } = document;

    /// <summary>Finds fields by path; null in forms that place no fields by hand.</summary>
    internal FormDocument? Form { get; init; }

    public bool IsChanged { get; private set; }

    /// <summary>Texts that belong to no field.</summary>
    public IReadOnlyList<string> GeneralErrors { get; private set; } = [];

    public IReadOnlyDictionary<string, string> Errors => _errors;

    /// <summary>Raised after each edit, for whoever shows the document elsewhere.</summary>
    public Action? Changed { get; set; }

    public string? ErrorOf(string path) => _errors.GetValueOrDefault(path);

    /// <summary>The first fault of an element of the list at a path, such as <c>paths.2</c>.</summary>
    public string? ItemErrorOf(string path)
    {
        foreach (var (key, text) in _errors)
        {
            if (key.StartsWith(path + ".", StringComparison.Ordinal) && int.TryParse(key.AsSpan(path.Length + 1), out var position))
            {
                return $"Entry {position}: {text}";
            }
        }

        return null;
    }

    /// <summary>Whether something below a path is at fault, so that a folded part opens.</summary>
    public bool HasErrorBelow(string path) => _errors.Keys.Any(k => k == path || k.StartsWith(path + ".", StringComparison.Ordinal));

    /// <summary>Whether something below a path is at fault that none of the given fields shows.</summary>
    public bool HasErrorOutside(string path, IReadOnlySet<string> shown) => _errors.Keys.Any(k =>
        k.StartsWith(path + ".", StringComparison.Ordinal) && !shown.Any(s => k == s || k.StartsWith(s + ".", StringComparison.Ordinal)));

    /// <summary>The field that was edited last; null: none, or one without a path.</summary>
    public string? TouchedPath { get; private set; }

    /// <param name="path">Path of the field, where it has one.</param>
    public void Set(JsonObject parent, string name, JsonNode? value, string? path = null)
    {
        TouchedPath = path;
        if (value is null)
        {
            parent.Remove(name);
        }
        else
        {
            parent[name] = value;
        }

        Touch();
    }

    public void Touch()
    {
        IsChanged = true;
        Changed?.Invoke();
    }

    public void ClearErrors()
    {
        _errors.Clear();
        GeneralErrors = [];
    }

    /// <summary>After an edit: faults that are mended go, and those of the field that was edited appear. Others wait for the save.</summary>
    /// <param name="error">What a save would say now; null: nothing.</param>
    /// <param name="others">Further faults by path.</param>
    public void Recheck(Gateway.Shared.Results.Error? error, IEnumerable<KeyValuePair<string, string>> others)
    {
        var now = error is SchemaViolationError violation
            ? violation.Flatten().Where(v => v.Path.Length > 0).GroupBy(v => v.Path).ToDictionary(g => g.Key, g => Plain(g.First().Text))
            : [];
        foreach (var (path, text) in others)
        {
            now.TryAdd(path, text);
        }

        foreach (var path in _errors.Keys.Where(p => !now.ContainsKey(p)).ToList())
        {
            _errors.Remove(path);
        }

        if (TouchedPath is { } touched)
        {
            foreach (var (path, text) in now.Where(f => f.Key == touched || f.Key.StartsWith(touched + ".", StringComparison.Ordinal)))
            {
                _errors[path] = text;
            }
        }
    }

    private static string Plain(string text) => text == "required field missing" ? "Enter a value; this is required." : text;

    public void Show(Gateway.Shared.Results.Error error)
    {
        ClearErrors();
        switch (error)
        {
            case SchemaViolationError violation:
                var general = new List<string>();
                foreach (var (path, raw) in violation.Flatten())
                {
                    var text = Plain(raw);
                    if (path.Length == 0)
                    {
                        general.Add(text);
                    }
                    else
                    {
                        _errors.TryAdd(path, text);
                    }
                }

                GeneralErrors = general;
                break;
            case ConsoleWeb.Features.Entities.UniqueViolation unique when unique.Fields.Count == 1:
                _errors[unique.Fields.First().Key] = $"'{unique.Fields.First().Value}' is already taken";
                break;
            case ConsoleWeb.Features.Entities.UniqueViolation:
                GeneralErrors = ["This plugin already exists for the same scope. Edit that one, or choose another scope."];
                break;
            default:
                GeneralErrors = [error.Message];
                break;
        }
    }
}
