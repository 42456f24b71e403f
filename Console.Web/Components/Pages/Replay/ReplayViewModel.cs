using System.Text.Json.Nodes;
using ConsoleWeb.Data.Logs;
using ConsoleWeb.Features.Replay;
using ConsoleWeb.Features.Requests;
using Gateway.Core.Logging;
using Gateway.Shared.Results;

namespace ConsoleWeb.Components.Pages.Replay;

/// <summary>State and decisions of the page that sends a request again. Knows no component.</summary>
internal sealed class ReplayViewModel(ReplayService replays, ReplayTargets targets, ReplayCaller caller)
{
    /// <summary>Longer bodies are sent as they are: a browser's field is no place for them.</summary>
    public const int LongestEdited = 400 * 1024;

    /// <summary>Choice of a header that is typed in.</summary>
    public const string Typed = "typed";

    private string _key = NewKey();
    private string _recordedText = "";

    /// <summary>The recorded request; null while it is not loaded, or cannot be sent.</summary>
    public ReplayDraft? Recorded { get; private set; }

    /// <summary>Why it cannot be sent at all; null when it can.</summary>
    public string? Refusal { get; private set; }

    public IReadOnlyList<ReplayTarget> Targets { get; private set; } = [];

    public IReadOnlyList<ReplayCredential> Credentials { get; private set; } = [];

    /// <summary>Id of the chosen route; empty: the recorded address.</summary>
    public string Route { get; private set; } = "";

    public string Path { get; set; } = "";

    public string BodyText { get; private set; } = "";

    /// <summary>What is wrong with the body; null when it is JSON.</summary>
    public string? BodyError { get; private set; }

    /// <summary>The model that the body names; empty when it names none.</summary>
    public string Model { get; private set; } = "";

    /// <summary>Id of a consumer's key, <see cref="Typed"/>, or empty for none.</summary>
    public string Credential { get; set; } = "";

    public string HeaderName { get; set; } = "Authorization";

    public string HeaderValue { get; set; } = "";

    /// <summary>What a person should know before sending.</summary>
    public IReadOnlyList<string> Notes { get; private set; } = [];

    /// <summary>Why the last try sent nothing; null when it did.</summary>
    public string? SendError { get; private set; }

    public bool IsSending { get; private set; }

    /// <summary>What was sent; null before.</summary>
    public ReplayRun? Run { get; private set; }

    /// <summary>The new request's record, once it is stored.</summary>
    public StoredRequest? Result { get; private set; }

    public bool IsEditable => _recordedText.Length <= LongestEdited;

    public bool IsEdited => BodyText != _recordedText;

    public bool CanSend => Recorded is not null && BodyError is null && !IsSending && Run is null;

    public ReplayTarget? Target => Targets.FirstOrDefault(t => t.Id.ToString() == Route);

    /// <summary>What will become of the model in the body at the chosen route; null where nothing is known.</summary>
    public string? TargetNote => Target switch
    {
        null => null,
        { Format: "anthropic" } when Recorded!.Format is not (null or "anthropic_messages") => "This route reads Anthropic Messages; the body is in another format and will be refused.",
        { Format: not "anthropic" } when Recorded!.Format is "anthropic_messages" => "This route reads OpenAI’s formats; the body is an Anthropic request and will be refused.",
        { Models: [var one] } => $"This route calls {one}, whatever model the body names.",
        { Models: { Count: > 1 } many } => $"This route chooses between {string.Join(", ", many)}.",
        _ => null,
    };

    /// <summary>The header that the chosen route wants a key in; null when it wants none.</summary>
    public string? KeyHeader => Target?.KeyHeader;

    public async Task LoadAsync(string requestId, CancellationToken cancellationToken)
    {
        if (!caller.MayReplay)
        {
            Refusal = "Sending requests again needs the role Operator.";
            return;
        }

        var prepared = await replays.PrepareAsync(requestId, cancellationToken);
        if (prepared.IsError)
        {
            Refusal = prepared.Error is NotFoundError ? "This request is not in the log: it still runs, was removed by retention, or its id is mistyped." : prepared.Error.Message;
            return;
        }

        Recorded = prepared.Value;
        Targets = targets.List();
        Credentials = targets.ListCredentials();
        Path = Recorded.Path;
        _recordedText = ReplayBody.Indent(Recorded.Body);
        SetBody(_recordedText);
    }

    public void ChooseRoute(string id)
    {
        Route = id;
        Path = Target is { } target ? ReplayBuilder.PathOf(Recorded!, target) : Recorded!.Path;
        HeaderName = KeyHeader ?? HeaderName;
    }

    public void SetBody(string text)
    {
        BodyText = text;
        var body = ReplayBody.Read(text);
        BodyError = body.Error?.Message;
        if (!body.IsError)
        {
            Model = ReplayBody.ModelOf(body.Value) ?? "";
            Notes = ReplayNotes.Of(body.Value);
        }
    }

    /// <summary>Writes the model into the body, which is what is sent.</summary>
    public void SetModel(string? model)
    {
        var body = ReplayBody.Read(BodyText);
        if (!body.IsError)
        {
            SetBody(ReplayBody.Indent(ReplayBody.WithModel(body.Value, string.IsNullOrWhiteSpace(model) ? null : model.Trim())));
        }
    }

    public void ResetBody() => SetBody(_recordedText);

    /// <summary>Sends it: once, however often this is called before <see cref="PrepareAnother"/>.</summary>
    public async Task SendAsync(CancellationToken cancellationToken)
    {
        if (!CanSend)
        {
            return;
        }

        IsSending = true;
        SendError = null;
        try
        {
            var started = await replays.StartAsync(caller, Recorded!.Of, Changes(), _key, cancellationToken);
            (Run, SendError) = (started.Value, started.Error?.Message);
        }
        finally
        {
            IsSending = false;
        }
    }

    /// <summary>Waits for the end, and for the record of what was sent.</summary>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        if (Run is { } run && await replays.WaitForRecordAsync(run, cancellationToken) is { } stored && ReferenceEquals(run, Run))
        {
            Result = stored;
        }
    }

    /// <summary>Lets the next sending happen.</summary>
    public void PrepareAnother() => (Run, Result, SendError, _key) = (null, null, null, NewKey());

    /// <summary>The same request as a line for a shell; a key is named, never written.</summary>
    public string Curl(string proxyUrl)
    {
        var headers = new JsonObject { ["content-type"] = "application/json" };
        foreach (var (name, value) in Recorded!.Headers)
        {
            headers[name] = value;
        }

        if (Credential.Length > 0 || KeyHeader is not null)
        {
            headers[Credential == Typed ? HeaderName : KeyHeader ?? "apikey"] = SensitiveNames.Redacted;
        }

        return CurlCommand.Write(
            new JsonObject
            {
                ["request"] = new JsonObject { ["method"] = "POST", ["uri"] = Path, ["headers"] = headers },
                ["ai"] = new JsonObject { ["proxy"] = new JsonObject { ["payload"] = new JsonObject { ["request"] = IsEdited ? BodyText : Recorded.Body } } },
            },
            proxyUrl);
    }

    private ReplayChanges Changes() => new()
    {
        Route = Route.Length > 0 ? Route : null,
        Path = Path.Trim() is { Length: > 0 } path && path != Recorded!.Path ? path : Route.Length > 0 ? Path.Trim() : null,
        Body = IsEdited ? BodyText : null,
        Headers = Credential == Typed && HeaderName.Trim().Length > 0 ? [new(HeaderName.Trim(), HeaderValue.Trim())] : [],
        Credential = Guid.TryParse(Credential, out var id) ? id : null,
    };

    private static string NewKey() => Guid.NewGuid().ToString("N");
}
