namespace ConsoleWeb.Features.Requests.Conversations;

/// <summary>Who speaks in a turn.</summary>
public enum Speaker
{
    System,
    Person,
    Agent,
    Tool,
}

/// <summary>What a piece of a turn is.</summary>
public enum PartKind
{
    Text,

    /// <summary>What the agent's program adds to the words of its person: reminders, the environment, instructions of the project.</summary>
    Context,
    Thinking,
    ToolCall,

    /// <summary>A result whose call is not in the conversation.</summary>
    ToolResult,
    Image,
    Error,
    Other,
}

/// <summary>One piece of a turn.</summary>
/// <param name="Text">Of a tool call its arguments, as JSON or as the model wrote them.</param>
/// <param name="Title">Name of a tool, media type of an image; null for text.</param>
public sealed record ConversationPart(PartKind Kind, string Text, string? Title = null)
{
    /// <summary>Of a tool call and its result; null without one.</summary>
    public string? CallId { get; init; }

    /// <summary>Of a tool call: what came back; null while nothing has.</summary>
    public string? Result { get; init; }

    /// <summary>Whether it is an error, or the tool says that it failed.</summary>
    public bool IsError { get; init; }
}

/// <summary>One turn.</summary>
public sealed record ConversationTurn(Speaker Speaker, IReadOnlyList<ConversationPart> Parts);

/// <summary>A tool that was offered to the model.</summary>
public sealed record OfferedTool(string Name, string? Description)
{
    /// <summary>Bytes of its description with the schema of its arguments.</summary>
    public int Size { get; init; }
}

/// <summary>A request and its answer as a conversation, whatever format they are in: Chat, Responses or Messages.</summary>
/// <param name="System">The texts of the system prompt.</param>
/// <param name="AnswerFrom">Index of the first turn that belongs to the answer.</param>
/// <param name="IsCut">Whether a body ended before its end, so that something may be missing.</param>
public sealed record Conversation(
    IReadOnlyList<string> System, IReadOnlyList<OfferedTool> Tools, IReadOnlyList<ConversationTurn> Turns, int AnswerFrom, bool IsCut)
{
    public IEnumerable<ConversationTurn> Answer => Turns.Skip(AnswerFrom);

    /// <summary>Index of the first turn that the requests before cannot have had: what came after the agent's last words. Agents send their whole history again.</summary>
    public int NewFrom
    {
        get
        {
            var from = AnswerFrom;
            while (!IsRequestCut && from > 0 && Turns[from - 1].Speaker != Speaker.Agent)
            {
                from--;
            }

            return from;
        }
    }

    /// <summary>Whether the request is stored without its end, where what is new stands.</summary>
    public bool IsRequestCut { get; init; }

    /// <summary>The calls whose results came after the agent's last words.</summary>
    public IReadOnlyList<ConversationPart> NewResults { get; init; } = [];

    /// <summary>The first words of a person; null where nobody has said any.</summary>
    public string? FirstWords => Turns.Where(t => t.Speaker == Speaker.Person).SelectMany(t => t.Parts).FirstOrDefault(p => p.Kind == PartKind.Text)?.Text;

    /// <summary>Reads bodies that may be cut, damaged or meant to do harm.</summary>
    /// <param name="response">One object, or the events of a stream.</param>
    /// <returns>Null when neither body can be read.</returns>
    public static Conversation? Read(string? request, string? response)
    {
        using var asked = ConversationBody.Parse(request);
        using var answered = ConversationBody.Parse(response);
        if (asked is null && answered is null)
        {
            return null;
        }

        var turns = new TurnList();
        var reader = new ConversationReader(turns);
        if (asked is not null)
        {
            reader.ReadRequest(asked.Root);
        }

        turns.Close();
        var (answerFrom, results) = (turns.Count, turns.LastAnswered());
        if (answered is not null)
        {
            reader.ReadAnswer(answered.Root);
        }

        return new Conversation(reader.System, reader.Tools, turns.ToList(), answerFrom, asked?.IsCut == true || answered?.IsCut == true)
        {
            IsRequestCut = asked?.IsCut == true,
            NewResults = asked?.IsCut == true ? [] : results,
        };
    }
}
