using KoopmanMesh.Credit;

var builder = WebApplication.CreateSlimBuilder(args);
builder.AddServiceDefaults("credit");
builder.Services.AddGrpc();
builder.AddCredit();

var app = builder.Build();
app.MapServiceDefaults();
app.MapCredit();
await app.RunAsync();
