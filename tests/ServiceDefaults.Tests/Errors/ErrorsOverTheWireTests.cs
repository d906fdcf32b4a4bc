using Grpc.Core;
using KoopmanMesh.Credit.V1;
using KoopmanMesh.ServiceDefaults.Clients;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.ServiceDefaults.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace KoopmanMesh.ServiceDefaults.Tests.Errors;

/// <summary>A host as every service has it, called over a real socket at its own address.</summary>
public sealed class ErrorsOverTheWireTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly RecordingLoggerProvider _logs = new();
    private WebApplication _app = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private CreditService.CreditServiceClient Client =>
        _app.Services.GetRequiredService<CreditService.CreditServiceClient>();

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration["State:Root"] = _folder.Path;
        builder.Logging.ClearProviders().AddProvider(_logs);
        builder.AddServiceDefaults("test");
        builder.Services.AddErrorMapping<InvalidDataException>(ErrorKind.InvalidArgument, "DATA_FORMAT");
        builder.Services.AddMeshClient<CreditService.CreditServiceClient>(MeshService.Credit);
        builder.Services.AddGrpc();
        _app = builder.Build();
        _app.MapGrpcService<FailingCredit>();
        await _app.StartAsync(Ct);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _folder.Dispose();
        _logs.Dispose();
    }

    [Theory]
    [InlineData("typed", StatusCode.NotFound, "CREDIT_NOT_FOUND", "no credit yet — wait")]
    [InlineData("mapped", StatusCode.InvalidArgument, "DATA_FORMAT", "line 3 is short")]
    [InlineData("remote", StatusCode.ResourceExhausted, "STORAGE_FULL", "the disk is full")]
    [InlineData("unforeseen",
        StatusCode.Internal, "INTERNAL", "an unexpected FormatException ended the work; the service's log tells more")]
    [InlineData("cancelled", StatusCode.Cancelled, "CANCELLED", "the work was cancelled before it finished")]
    public async Task Call_ThatFails_TellsReasonAndSentence(string how, StatusCode code, string reason, string message)
    {
        var e = await Assert.ThrowsAsync<RpcException>(
            () => Client.GetCreditAsync(new GetCreditRequest { RunId = how }, cancellationToken: Ct).ResponseAsync);

        var error = RpcErrors.Describe(e);
        Assert.Equal((code, reason, message), (e.StatusCode, error.Reason, error.Message));
        Assert.Equal(how == "unforeseen", _logs.Entries.Any(l => l.Level == LogLevel.Error));
    }

    [Fact]
    public async Task Call_ThatSucceeds_PassesAndHasADeadline()
    {
        var reply = await Client.GetCreditAsync(new GetCreditRequest { RunId = "deadline" }, cancellationToken: Ct);

        Assert.InRange(reply.Total.Rank, 50, 60);
    }

    private sealed class FailingCredit : CreditService.CreditServiceBase
    {
        public override Task<GetCreditResponse> GetCredit(GetCreditRequest request, ServerCallContext context) =>
            request.RunId switch
            {
                "typed" =>
                    throw new ResourceNotFoundException("CREDIT_NOT_FOUND", "credit", "r-1", "no credit yet — wait"),
                "mapped" => throw new InvalidDataException("line 3 is short"),
                "remote" => throw RpcErrors.ToRpcException(
                    new ErrorDescription(ErrorKind.ResourceExhausted, "STORAGE_FULL", "the disk is full")),
                "unforeseen" => throw new FormatException("a secret"),
                "cancelled" => throw new OperationCanceledException(),
                _ => Task.FromResult(new GetCreditResponse
                {
                    Total = new() { Rank = SecondsLeft(context) },
                }),
            };

        private static int SecondsLeft(ServerCallContext context) =>
            (int)(context.Deadline - TimeProvider.System.GetUtcNow().UtcDateTime).TotalSeconds;
    }
}
