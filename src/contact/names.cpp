#include "contact/names.hpp"

namespace parquet_flow::contact {

// clang-format off
constexpr std::array<ShortName, 1U << kFirstNameBits> kFirstNames = {{
    "Maria", "Mohammed", "James", "Ana", "Wei", "Priya", "John", "Fatima", "Michael", "Sofia",
    "Robert", "Aisha", "David", "Anna", "William", "Yusuf", "Richard", "Elena", "Joseph", "Mei",
    "Thomas", "Laura", "Ahmed", "Daniel", "Sarah", "Carlos", "Emma", "Ali", "Olivia", "José",
    "Linda", "Antonio", "Julia", "Ivan", "Yan", "Juan", "Amina", "Rahul", "Jennifer", "Luis",
    "Patricia", "Elizabeth", "Barbara", "Susan", "Jessica", "Karen", "Lisa", "Nancy", "Sandra",
    "Ashley", "Emily", "Kimberly", "Donna", "Michelle", "Carol", "Amanda", "Melissa", "Deborah",
    "Stephanie", "Rebecca", "Angela", "Rodrigo", "Meera", "Ronald", "Chinedu", "Kathleen",
    "Somchai", "Ayşe", "Paul", "Maricel", "Kevin", "Charlotte", "Victor", "Ingrid", "Deepak",
    "Kazuo", "Miguel", "Adam", "Letícia", "Hiroshi", "Pierre", "Jonathan", "Oscar", "Mehmet",
    "Siti", "Silvia", "Zoë", "Camille", "Philip", "Kenneth", "Chloe", "Naoko", "Chloé", "Sophie",
    "João", "Theo", "Rosa", "Ming", "Alejandro", "Freja", "Monika", "Johanna", "Linh", "Mark",
    "Karthik", "Yuki", "Matteo", "Katarzyna", "Gregory", "Jack", "Ricardo", "Freya", "Lucía",
    "Anil", "Piotr", "Alice", "Aino", "Gabriela", "Ananya", "Stefan", "Takashi", "Noor", "Gary",
    "Dmitri", "Samantha", "Amy", "Irina", "Mia", "Henry", "Carmen", "Rekha", "Lakshmi", "Katrin",
    "Carolyn", "Louise", "Liam", "Malee", "Nicole", "Ngozi", "Pamela", "Kavita", "Anita", "Nora",
    "Rachel", "Omar", "Patrick", "Hannah", "Alexander", "Claire", "Mariana", "Aaron", "Brenda",
    "Amit", "Sunita", "Lukas", "Akiko", "Mariam", "Felix", "Eric", "Heike", "Tuan", "Benjamin",
    "Li", "Mustafa", "Agnieszka", "Sharon", "Agus", "Manon", "Giulia", "Jihoon", "Javier",
    "Tatiana", "Cynthia", "Cristina", "Rajesh", "Jorge", "Zainab", "Donald", "Søren", "Erik",
    "Zeynep", "Adaeze", "Marta", "Giovanni", "Scott", "Raymond", "Lars", "Bruno", "Fernando",
    "Jeffrey", "Xin", "Pedro", "Alessandro", "Sigrid", "Alexei", "Thabo", "Aditya", "Ethan",
    "Mikhail", "Jason", "Zofia", "Dennis", "Ruby", "Sergei", "Gabriel", "Larry", "Suresh", "Rafael",
    "Shirley", "Ravi", "Rohan", "Hao", "Tomasz", "Natalia", "Vikram", "Clara", "Kwame", "Valentina",
    "Jing", "Ella", "Ines", "Leila", "Tendai", "Salma", "Wolfgang", "Pooja", "Björn", "Khalid",
    "Lerato", "Noah", "Eva", "Astrid", "Katherine", "Nikolai", "Beatriz", "Nicholas", "Magdalena",
    "Stephen", "Dewi", "Larissa", "Budi", "Christopher", "Lena", "Lei", "Manuel", "Neha", "Tiago",
    "Jean", "Svetlana", "Lucas", "Anthony", "Sakura", "Jan", "Kamau", "Haruto", "Minseo",
}};

constexpr std::array<ShortName, 1U << kLastNameBits> kLastNames = {{
    "Smith", "Wang", "Garcia", "Singh", "Li", "Nguyen", "Kumar", "Johnson", "Zhang", "Rodriguez",
    "Khan", "Williams", "Chen", "Martinez", "Patel", "Brown", "Liu", "Hernandez", "Sharma", "Jones",
    "Yang", "Lopez", "Gupta", "Miller", "Kim", "Gonzalez", "Das", "Davis", "Huang", "Perez",
    "Silva", "Wilson", "Lee", "Sanchez", "Santos", "Anderson", "Zhao", "Ramirez", "Ali", "Taylor",
    "Wu", "Torres", "Ahmed", "Thomas", "Zhou", "Flores", "Reddy", "Moore", "Xu", "Rivera", "Yadav",
    "Jackson", "Sun", "Gomez", "Mohamed", "Martin", "Ma", "Diaz", "Park", "Thompson", "Zhu", "Cruz",
    "Oliveira", "White", "Hu", "Morales", "Ivanov", "Harris", "Guo", "Reyes", "Müller", "Clark",
    "Lin", "Gutierrez", "Rossi", "Lewis", "He", "Ortiz", "Tanaka", "Robinson", "Gao", "Ramos",
    "Walker", "Luo", "Castillo", "Suzuki", "Young", "Zheng", "Alvarez", "Allen", "Liang", "Mendoza",
    "Sato", "King", "Xie", "Ruiz", "Wright", "Song", "Romero", "Scott", "Tang", "Vargas", "Hill",
    "Castro", "Green", "Deng", "Jimenez", "Adams", "Han", "Moreno", "Nelson", "Feng", "Fernandez",
    "Baker", "Cao", "Herrera", "Hall", "Peng", "Medina", "Zeng", "Russell", "Vincent", "Estrada",
    "Marshall", "Lu", "Qin", "Yamada", "James", "Nilsson", "Hamilton", "Çelik", "Seo", "Bui",
    "Adeyemi", "Khoury", "Arslan", "Lindberg", "Eze", "Meyer", "Karlsson", "Petit", "Collins",
    "Elliott", "Wallace", "Malhotra", "Bradley", "Amin", "Salazar", "Qureshi", "Ross", "Bos",
    "Lane", "Graham", "Cameron", "Fischer", "Fang", "Banerjee", "Mwangi", "Shao", "Cole", "Romano",
    "Evans", "Novák", "Mahmoud", "Su", "Harrison", "Menon", "Warren", "Jensen", "Perry", "Powell",
    "Peterson", "Petrov", "Farouk", "Schulz", "Schröder", "Pena", "Şahin", "Kovalenko", "Meng",
    "Ribeiro", "Aydın", "Greco", "Du", "Mejia", "Öztürk", "Cho", "Demir", "Acosta", "Fisher", "Lei",
    "Diallo", "Miranda", "Kong", "Burns", "Mercado", "Hudson", "Duncan", "Ghosh", "Duong", "Mirza",
    "West", "Willis", "Hayes", "Chavez", "Stone", "Kaya", "Gomes", "Snyder", "Ford", "Mokoena",
    "Smit", "Lozano", "Choi", "Dubois", "Gallo", "Mao", "Hart", "Hou", "Boateng", "Moreau",
    "Carpenter", "Nielsen", "Pereira", "Spencer", "Foster", "Barrera", "Ibrahim", "Cai", "Kozlov",
    "Cunningham", "Bai", "Araújo", "Hansen", "Xia", "Ray", "Kato", "Richter", "Long", "Rosales",
    "Sheikh", "Mishra", "Watkins", "Mason", "Bruno", "Ito", "Turner", "Lim", "Johansen", "Lebedev",
    "Contreras", "Gibson", "Zhong", "Eriksson", "Svoboda", "Naidu", "Schmidt", "Maes", "Lefebvre",
    "Vasquez", "Parker", "Palmer", "Yu", "Campbell", "Stephens", "Figueroa", "Weber", "Lehmann",
    "Novikov", "Kulkarni", "Fox", "MacDonald", "Brooks", "Black", "Peeters", "Wijaya", "Greene",
    "Bhat", "Hussain", "Virtanen", "Moreira", "Patterson", "Fuentes", "Islam", "Keita", "Janssens",
    "Sasaki", "Dutta", "Cook", "Ndiaye", "Yılmaz", "Monteiro", "Leon", "Matsumoto", "Hunter",
    "Bautista", "Hawkins", "Phan", "Bianchi", "Stevens", "Ferrari", "Dupont", "Desai", "Aziz",
    "Ndlovu", "Shah", "Soto", "Fournier", "Chatterjee", "Phillips", "Souza", "Maier", "Wei",
    "Dixon", "Doyle", "Berry", "Ocampo", "Khumalo", "Bailey", "Reed", "Sutherland", "Mehta",
    "Volkov", "Carvalho", "Köhler", "Robert", "Yoshida", "Duan", "Morel", "Knight", "Rios", "Ahn",
    "Richard", "Sullivan", "Gong", "Crawford", "Laurent", "Becker", "Nascimento", "Jang", "Vega",
    "Villanueva", "Kelly", "Mitchell", "Pham", "Andersen", "Cabrera", "Conti", "Burke", "Kuznetsov",
    "Cardoso", "Otieno", "Shevchenko", "Andrews", "Giordano", "Suarez", "Shaw", "Koch", "Tesfaye",
    "Navarro", "Morgan", "Muñoz", "Szymański", "Ryan", "Edwards", "Reid", "Le", "Kamiński", "Tao",
    "Pan", "Rojas", "Gordon", "Liao", "Nagy", "Aquino", "Vries", "Bekele", "Tian", "Verma", "Bauer",
    "Lambert", "Morris", "Qian", "Dominguez", "Butler", "Durand", "Dong", "Henderson", "Wolf",
    "Mori", "Kristensen", "Vu", "Reynolds", "Ortega", "Grant", "Agarwal", "Murray", "Siddiqui",
    "Pedersen", "Kobayashi", "Bernard", "Shimizu", "Korhonen", "Coleman", "Zou", "Jiang", "Simmons",
    "Barnes", "Tran", "Yao", "Trevino", "Sandoval", "Mercier", "Bertrand", "Ellis", "Nowak",
    "Ferguson", "Armstrong", "Almeida", "Johansson", "Wójcik", "Mansour", "Roux", "Wanjiku", "Ngo",
    "Ren", "Hunt", "Arnold", "Kennedy", "Mäkinen", "Perkins", "Nakamura", "Chauhan", "Kang",
    "Watson", "Cervantes", "Qiu", "Mukherjee", "Watanabe", "Molina", "Byrne", "Rao", "Wiśniewski",
    "Zamora", "Cox", "Carroll", "Owusu", "Hofmann", "Owens", "Smirnov", "Schwarz", "Jung",
    "Macleod", "Murphy", "Wagner", "Girard", "Lawrence", "Cui", "Inoue", "Ward", "Hwang", "Myers",
    "Fraser", "Okafor", "Malik", "Villarreal", "François", "Setiawan", "Akhtar", "Tiwari", "Bonnet",
    "Esposito", "Hidayat", "Bhatt", "Martins", "Sinha", "Kamau", "Mancini", "Oh", "Cheng", "Popov",
    "Nasser", "Hong", "Pandey", "Shen", "Delgado", "Jordan", "Hughes", "Jenkins", "Ye", "Saleh",
    "Padilla", "Doherty", "Lombardi", "Chowdhury", "Rathore", "Leroy", "Dang", "Zieliński",
    "Haddad", "Jansen", "Bakker", "Fonseca", "Traoré", "Espinoza", "Bennett", "Richardson", "Xiao",
    "Rocha", "Cortez", "Shin", "Guzman",
}};
// clang-format on

namespace {

template <std::size_t kCount>
consteval void setPiece(NamePieces<kCount>& pieces, std::size_t i, std::string_view before,
                        std::string_view name, std::string_view behind) {
  std::size_t bytes = 0;
  for (const std::string_view part : {before, name, behind}) {
    for (const char c : part) {
      pieces.text[i][bytes++] = c;
    }
  }
  pieces.bytes[i] = static_cast<std::uint8_t>(bytes);
}

template <std::size_t kCount, std::size_t kNames>
consteval NamePieces<kCount> makePieces(std::size_t at, std::string_view before,
                                        const std::array<ShortName, kNames>& names,
                                        std::string_view behind) {
  NamePieces<kCount> pieces;
  for (std::size_t i = 0; i < kNames; ++i) {
    setPiece(pieces, at + i, before, names[i].view(), behind);
  }
  return pieces;
}

consteval NamePieces<kMiddleNames + (1U << kFirstNameBits)> makeMiddlePieces() {
  auto pieces =
      makePieces<kMiddleNames + (1U << kFirstNameBits)>(kMiddleNames, "", kFirstNames, " ");
  for (std::size_t i = 0; i < kInitials; ++i) {
    const char initial = static_cast<char>('A' + i);
    setPiece(pieces, kMiddleInitials + i, "", {&initial, 1}, ". ");
  }
  return pieces;
}

}  // namespace

constinit const NamePieces<1U << kFirstNameBits> kFirstPieces =
    makePieces<1U << kFirstNameBits>(0, "", kFirstNames, " ");
constinit const NamePieces<kMiddleNames + (1U << kFirstNameBits)> kMiddlePieces =
    makeMiddlePieces();
constinit const NamePieces<1U << kLastNameBits> kLastPieces =
    makePieces<1U << kLastNameBits>(0, "", kLastNames, "");
constinit const NamePieces<kTailNames + (1U << kLastNameBits)> kTailPieces =
    makePieces<kTailNames + (1U << kLastNameBits)>(kTailNames, "-", kLastNames, "");

}  // namespace parquet_flow::contact
